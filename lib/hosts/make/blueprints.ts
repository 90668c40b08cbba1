/** Recipes → blueprints: scenarios that a seller imports, connects to a shop, and turns on. */

import { recordOfEvents } from '../../pack/operation.ts';
import type { ActionStep, RecipeDeclaration, SheetStep } from '../../pack/recipe.ts';
import type { Fields } from '../../pack/record.ts';
import { valueType } from '../../pack/value-types.ts';
import type { Bilingual } from '../../problems.ts';
import { type Json, makeName } from './component.ts';

/** Make asks for what a module lacks when the scenario is opened: the webhook, the connection, an address. */
interface Step {
  module: string;
  version: number;
  mapper: { [key: string]: Json };
  parameters?: { [key: string]: Json };
  /** What the editor shows under the module. */
  caption?: string | undefined;
}

const TRIGGER_ID = 1;

/** "{order_id}" → "{{1.order_id}}"; a list is joined. */
const mapped = (template: string, fields: Fields = {}): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const field = fields[name];
    const isList = field && field.as !== 'items' && valueType(field) === 'texts';
    return isList ? `{{join(${TRIGGER_ID}.${name}; ",")}}` : `{{${TRIGGER_ID}.${name}}}`;
  });

const REAL_EVENTS: Json = {
  name: 'No examples',
  conditions: [[{ a: `{{${TRIGGER_ID}.is_example}}`, o: 'boolean:equal', b: 'false' }]],
};

const actionStep = ({ action, map }: ActionStep, app: string): Step => ({
  module: `${app}:${makeName(action.key)}`,
  version: 1,
  mapper: Object.fromEntries(
    Object.entries(action.inputs).flatMap(([key, input]): [string, Json][] => {
      const template = map[key];
      if (template !== undefined) return [[key, mapped(template)]];
      return 'default' in input && input.default !== undefined ? [[key, input.default]] : [];
    }),
  ),
});

/**
 * Posts the fields of a ticket. A blueprint cannot know the seller's help desk, so it has the module that everybody has.
 * As a form, because Make puts values into JSON as they are, and a text has lines and quotation marks.
 */
const ticketStep = ({ action }: ActionStep, from: number): Step => ({
  module: 'http:MakeRequest',
  version: 4,
  parameters: { authenticationType: 'noAuth', tlsType: '', proxyKeychain: '' },
  mapper: {
    url: '',
    method: 'post',
    contentType: 'urlEncoded',
    urlEncodedBodyContent: Object.entries(action.outputs).map(([name, { list }]) => ({
      name,
      value: list ? `{{join(${from}.${name}; ",")}}` : `{{${from}.${name}}}`,
    })),
    parseResponse: false,
    stopOnHttpError: true,
    allowRedirects: true,
    shareCookies: false,
    requestCompressedContent: true,
  },
  caption: '创建工单（可换成你的工单系统）',
});

/** Cells by their position, so that the mapping is there before the seller has named a spreadsheet. */
const sheetStep = ({ sheet }: SheetStep, fields: Fields): Step => ({
  module: 'google-sheets:addRow',
  version: 2,
  mapper: {
    mode: 'map',
    spreadsheetId: '',
    sheetId: sheet.name.zh,
    tableFirstRow: 'A1:Z1',
    insertDataOption: 'INSERT_ROWS',
    // As a text: an order number has more digits than a spreadsheet keeps, and a product's name may begin with "=".
    valueInputOption: 'RAW',
    insertUnformatted: false,
    values: Object.fromEntries(
      sheet.columns.map(({ value }, index) => [String(index), mapped(value, fields)]),
    ),
  },
  caption: sheet.name.zh,
});

/** Filters that belong to the webhook, which only the seller can make. Those that its form has already are left out. */
const filtersOf = ({ trigger, inputs }: RecipeDeclaration, language: keyof Bilingual): string[] =>
  Object.entries(inputs).flatMap(([key, value]) => {
    const input = trigger.inputs[key];
    if (!input || ('default' in input && input.default === value)) return [];
    const words = [value]
      .flat()
      .map((each) => ('choices' in input ? input.choices[String(each)]?.[language] : each));
    return [`${input.label[language]}${language === 'zh' ? '：' : ': '}${words.join(', ')}`];
  });

/** @param appId that Make has given to the publisher's app */
export function blueprint(recipe: RecipeDeclaration, appId: string): Json {
  const { title, trigger, steps } = recipe;
  const caption = [...filtersOf(recipe, 'zh'), ...filtersOf(recipe, 'en')].join(' / ') || undefined;
  const app = `app#${appId}`;
  const all: Step[] = [{ module: `${app}:${makeName(trigger.key)}`, version: 1, mapper: {}, caption }];
  for (const step of steps) {
    all.push('sheet' in step ? sheetStep(step, recordOfEvents(trigger).fields) : actionStep(step, app));
    if (!('sheet' in step) && step.output === 'ticket') all.push(ticketStep(step, all.length));
  }
  return {
    name: `${title.zh} / ${title.en}`,
    flow: all.map(({ module, version, parameters = {}, mapper, caption }, index) => ({
      id: index + TRIGGER_ID,
      module,
      version,
      parameters,
      ...(index === 1 && { filter: REAL_EVENTS }),
      mapper,
      metadata: { designer: { x: index * 300, y: 0, name: caption } },
    })),
    metadata: {
      instant: true,
      version: 1,
      // A scenario that is sequential would hold the next run back until the one before has been repeated.
      scenario: {
        roundtrips: 1,
        maxErrors: 3,
        autoCommit: true,
        autoCommitTriggerLast: true,
        sequential: false,
        slots: null,
        confidential: false,
        dataloss: false,
        dlq: false,
        freshVariables: false,
      },
      designer: { orphans: [] },
    },
  };
}
