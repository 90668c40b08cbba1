import { operations } from '../../../index.ts';
import { CONNECTION_KEY } from '../../../lib/hosts/make/blueprints/blueprint.ts';
import { APP_ID, type Scenario, toScenarios } from '../../../lib/hosts/make/blueprints/index.ts';
import { ASKED, mostCalls, STALL_TRIGGER } from '../../../lib/hosts/make/blueprints/stalled-parcels.ts';
import { notOnMake } from '../../../lib/hosts/make/modules/index.ts';
import { folderName } from '../../../lib/hosts/make/names.ts';
import type { RecipeDeclaration } from '../../../lib/pack/recipe.ts';
import { recipes } from '../../../recipes/index.ts';
import { loadApp } from '../../support/make/app.ts';
import {
  checkScenario,
  inAppGrammar,
  modulesOf,
  ownModule,
  type ScenarioModule,
  templatesIn,
} from '../../support/make/scenario.ts';
import { type Collection, isArray, isCollection, type Value } from '../../support/make/value.ts';
import { rowAndTicket } from '../../support/row-and-ticket.ts';
import { FOLDER } from './folder.ts';

const app = loadApp(FOLDER);
const scenarios = toScenarios(operations, recipes, APP_ID);
/** As it is read from its file. */
const readBack = ({ blueprint }: Pick<Scenario, 'blueprint'>): Value => JSON.parse(JSON.stringify(blueprint));
const byKey = (key: string): Scenario => {
  const found = scenarios.find((scenario) => scenario.key === key);
  if (!found) throw new Error(`there is no scenario ${key}`);
  return found;
};
const modulesIn = (key: string): ScenarioModule[] => modulesOf(readBack(byKey(key)));
const each = scenarios.map((scenario) => [scenario.key, scenario] as const);

const declared = (parameters: Value): Collection[] =>
  isArray(parameters) ? parameters.filter(isCollection) : [];

/** What nothing on Make takes the place of. */
const hasNone = ({ trigger }: RecipeDeclaration): boolean =>
  trigger.key !== STALL_TRIGGER && notOnMake.some(({ key }) => key === trigger.key);

test('every recipe whose trigger has a place on Make has one blueprint, and so have stalled parcels', () => {
  const keys = [...recipes.filter((recipe) => !hasNone(recipe)).map(({ key }) => key), 'stalled_parcels'];
  expect(scenarios.map(({ file }) => file)).toEqual(keys.map((key) => `blueprints/${folderName(key)}.json`));
});

test('no two scenarios do the same', () => {
  const flows = scenarios.map(({ blueprint }) => JSON.stringify(blueprint.flow));
  expect(new Set(flows).size).toBe(flows.length);
});

test.each(each)('%s names modules that exist, and fields of modules before', (_, scenario) => {
  expect(() => checkScenario(readBack(scenario), app)).not.toThrow();
});

test.each(each)('%s has a Chinese title', (_, { blueprint }) => {
  expect(blueprint.name).toMatch(/[\u4e00-\u9fff]/);
});

test.each(each)(
  '%s gives every required parameter, or lists it among what the seller fills in',
  (_, scenario) => {
    const missing = modulesOf(readBack(scenario)).flatMap(({ id, module, parameters, mapper }) => {
      const own = ownModule(module, app);
      const needed = [...declared(own?.code.staticParams), ...declared(own?.code.mappableParams)]
        .filter(({ name, required }) => required && !(String(name) in { ...parameters, ...mapper }))
        .map(({ name }) => String(name));
      return [...needed, ...(own?.meta.connection ? [CONNECTION_KEY] : [])].map((key) => ({
        id,
        module,
        key,
      }));
    });
    const open = scenario.open.filter(({ module }) => ownModule(module, app));
    expect(open.sort(byPlace)).toEqual(missing.sort(byPlace));
  },
);
const byPlace = (a: { id: number; key: string }, b: { id: number; key: string }) =>
  a.id - b.id || (a.key < b.key ? -1 : 1);

test.each(each)('%s holds nothing that only the seller knows', (_, scenario) => {
  const given = modulesOf(readBack(scenario)).flatMap(({ id, parameters, mapper }) =>
    scenario.open
      .filter((field) => field.id === id)
      .map(({ key }) => ({ ...parameters, ...mapper })[key])
      .filter((value) => value !== undefined && value !== ''),
  );
  expect(given).toEqual([]);
});

test.each(each)(
  '%s runs one run after the other, and stops for good after three errors',
  (_, { blueprint }) => {
    expect(blueprint.metadata.scenario).toMatchObject({ sequential: true, maxErrors: 3, roundtrips: 1 });
  },
);

test.each(each)('%s separates arguments as scenarios do', (_, scenario) => {
  for (const template of templatesIn(readBack(scenario))) {
    expect(() => inAppGrammar(template)).not.toThrow();
  }
});

test('the trigger is told what its recipe says, and how much to hand out', () => {
  expect(modulesIn('ship_deadline_to_feishu')[0]?.parameters).toEqual({ hours_left: 24, limit: 50 });
});

test('a card has the Chinese texts of the event', () => {
  expect(modulesIn('new_order_to_feishu')[1]?.mapper).toMatchObject({
    title: '{{1.title_zh}}',
    text: '{{1.text_zh}}',
  });
});

test('the bot’s address, the products to watch, the spreadsheet and the accounts are left to the seller', () => {
  expect(byKey('low_stock_to_purchasing').open.map(({ id, key }) => `${id} ${key}`)).toEqual([
    '1 __IMTCONN__',
    '1 products',
    '2 bot_address',
    '3 __IMTCONN__',
    '3 spreadsheetId',
  ]);
});

test('a ticket is prepared, then posted to an address of the seller', () => {
  const scenario = byKey('bad_review_to_ticket');
  expect(scenario.blueprint.flow.map(({ module }) => module)).toEqual([
    `app#${APP_ID}:badReview`,
    `app#${APP_ID}:prepareTicket`,
    'http:MakeRequest',
  ]);
});

test('a row is written as text, so that an order number keeps its digits', () => {
  expect(modulesIn('paid_order_to_sheet')[1]?.mapper).toMatchObject({ valueInputOption: 'RAW' });
});

test('the columns of a sheet are its first ones, in the order of the recipe', () => {
  expect(modulesIn('low_stock_to_purchasing')[2]?.mapper.values).toEqual({
    '0': '{{1.product_name}}',
    '1': '{{1.sku_code}}',
    '2': '{{1.stock}}',
    '3': '{{1.stock_changed_at}}',
    '4': '{{1.product_id}}',
    '5': '{{1.link}}',
  });
});

test('what has a default is written down, so that the seller sees what runs', () => {
  expect(modulesIn('product_taken_down_to_feishu').map(({ parameters }) => parameters.list)).toEqual([
    'offline',
    undefined,
  ]);
});

test('a ticket’s fields come from the step that prepared it, wherever that stands', () => {
  const [scenario] = toScenarios(operations, [rowAndTicket], APP_ID);
  expect(JSON.stringify(scenario?.blueprint.flow[3]?.mapper)).toContain('{{3.subject}}');
});

test('the app id stands in every module of the app', () => {
  const own = toScenarios(operations, recipes, 'my-app-abc123').flatMap(({ blueprint }) =>
    blueprint.flow.map(({ module }) => module).filter((module) => module.startsWith('app#')),
  );
  expect(own.filter((module) => !module.startsWith('app#my-app-abc123:'))).toEqual([]);
});

test('only scenarios that ask for everything anew say how many calls a run costs at most', () => {
  expect(scenarios.filter(({ mostCalls: calls }) => calls !== undefined).map(({ key }) => key)).toEqual([
    'customs_stall_to_feishu',
    'silent_parcel_to_ticket',
    'stalled_parcels',
  ]);
});

test('a run over stalled parcels costs 61 calls at most: a page of orders, and two for each of 30', () => {
  expect(mostCalls(ASKED)).toBe(61);
});

test('the search for orders asks for no more than what is reckoned with', () => {
  expect(modulesIn('stalled_parcels')[0]?.mapper).toMatchObject({
    most_pages: ASKED.pages,
    limit: ASKED.orders,
  });
});

const groupsOf = (key: string): string[] =>
  (modulesIn(key)[2]?.filter?.conditions ?? []).map((group) => group.map(({ b }) => b).join(' '));

test('customs are given the hours of the recipe', () => {
  expect(groupsOf('customs_stall_to_feishu')).toEqual(['customs 72']);
});

test('silence counts in every stage under way', () => {
  expect(groupsOf('silent_parcel_to_ticket')).toEqual([
    'preparing 120',
    'transit 120',
    'customs 120',
    'last_mile 120',
  ]);
});

test('where all kinds are watched, a stage has one limit', () => {
  expect(groupsOf('stalled_parcels')).toEqual([
    'customs 72',
    'preparing 120',
    'transit 120',
    'last_mile 120',
    'failure 0',
    'returned 0',
  ]);
});
