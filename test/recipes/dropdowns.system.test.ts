/** Every recipe is set up by the dropdowns of the app alone, as a seller does it in Zapier's editor. */

import { createApp } from '../../index.ts';
import { createAppHandler } from '../../lib/hosts/zapier/handler.ts';
import { onlyReads } from '../../lib/pack/operation.ts';
import { type ActionStep, type RecipeDeclaration, type SheetStep, valueIn } from '../../lib/pack/recipe.ts';
import { HOUR } from '../../lib/runtime.ts';
import { recipes } from '../../recipes/index.ts';
import { type ConnectedApp, connectApp } from '../support/connected-app.ts';
import { type Field, operationsOf, readDefinition } from '../support/publishing-checks/definition.ts';

const zapierApp = createApp({ settings: { dailyCallLimit: 200 }, random: Math.random } as never);
const { results: definition } = await createAppHandler(zapierApp)({ command: 'definition' });
const operations = new Map(operationsOf(readDefinition(definition)).map((each) => [each.key, each]));
const inputsOf = (key: string): Field[] => operations.get(key)?.inputs ?? [];
const requiredOf = (key: string): Field[] => inputsOf(key).filter(({ required }) => required);

/** Triggers whose events happen every hour. */
const FREQUENT = ['new_order', 'order_paid'];

describe('Setting up recipes', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ ordersPerDay: 20, historyDays: 20 });
  });
  afterEach(() => app.close());

  /** The values that a field offers. */
  async function offeredBy({ dynamic, choices }: Field): Promise<string[]> {
    const [trigger] = dynamic?.split('.') ?? [];
    return trigger === undefined
      ? Object.keys(choices ?? {})
      : (await app.poll(trigger, {}, { isFillingDynamicDropdown: true })).map(({ id }) => String(id));
  }

  /** The value that the recipe presets, or else the first one, chosen from what the field offers. */
  async function chosen(field: Field, preset: unknown): Promise<unknown> {
    const offered = await offeredBy(field);
    const wanted = (preset === undefined ? offered.slice(0, 1) : [preset].flat()).map(String);
    expect([field.key, wanted.filter((value) => !offered.includes(value))]).toEqual([field.key, []]);
    if (wanted.length === 0) throw new Error(`nothing can be chosen for ${field.key}`);
    return field.list ? wanted : wanted[0];
  }

  /** The form of the trigger, filled in as a seller does it. */
  async function filledIn({ trigger, inputs }: RecipeDeclaration): Promise<Record<string, unknown>> {
    const wanted = inputsOf(trigger.key).filter(({ key, required }) => required || inputs[key] !== undefined);
    const filled: Record<string, unknown> = {};
    for (const field of wanted) filled[field.key] = await chosen(field, inputs[field.key]);
    expect(Object.keys(inputs).filter((key) => !(key in filled))).toEqual([]);
    return filled;
  }

  /** What the workflow gets in the hours after it was switched on. */
  async function eventsOf(key: string, inputs: Record<string, unknown>): Promise<Record<string, unknown>[]> {
    const zap = { id: '7' };
    await app.poll(key, inputs, { zap, isPopulatingDedupe: true });
    app.clock.advanceTo(app.clock.now() + 6 * HOUR);
    return app.poll(key, inputs, { zap });
  }

  async function runStep(step: ActionStep, event: Record<string, unknown>): Promise<unknown> {
    const mapped = Object.fromEntries(
      Object.entries(step.map).map(([name, template]) => [name, valueIn(template, event)]),
    );
    const secrets = { webhook_url: app.sandbox.groups.feishu.address };
    const open = requiredOf(step.action.key).filter(({ key: name }) => !(name in mapped));
    // A bot's address is a credential of the seller's, which no list can offer.
    expect(open.filter(({ key: name, type }) => !(name in secrets && type === 'password'))).toEqual([]);
    const given = {
      ...mapped,
      ...Object.fromEntries(open.map(({ key: name }) => [name, secrets.webhook_url])),
    };
    const kind = onlyReads(step.action) ? 'searches' : 'creates';
    return app.run(`${kind}.${step.action.key}.operation.perform`, given);
  }

  /** The cells of a row, by the headings of their columns, and the fields that the event does not have. */
  const rowOf = ({ sheet }: SheetStep, event: Record<string, unknown>) => ({
    cells: Object.fromEntries(sheet.columns.map(({ title, value }) => [title.en, valueIn(value, event)])),
    missing: sheet.columns.flatMap(({ value }) =>
      Array.from(value.matchAll(/\{(\w+)\}/g), ([, name = '']) => name).filter((name) => !(name in event)),
    ),
  });

  const isOpen = (recipe: RecipeDeclaration): boolean =>
    requiredOf(recipe.trigger.key).some(({ key }) => recipe.inputs[key] === undefined);

  test('At least one recipe has an input that the seller must fill in', () => {
    expect(recipes.filter(isOpen).length).toBeGreaterThan(0);
  });

  test.each(recipes)(
    'A new connection sets up $key with at most one call, and its steps run',
    async (recipe) => {
      const inputs = await filledIn(recipe);
      expect(app.calls()).toBe(isOpen(recipe) ? 1 : 0);
      const { key } = recipe.trigger;
      const sampled = await app.poll(key, inputs, { isLoadingSample: true });
      const live = await eventsOf(key, inputs);
      expect(live.filter(({ is_example }) => is_example !== false)).toEqual([]);
      expect(live.length > 0 || !FREQUENT.includes(key)).toBe(true);
      // A trigger whose kind of event has not happened is set up with its sample.
      const event = live[0] ?? sampled[0] ?? (operations.get(key)?.sample as Record<string, unknown>);
      for (const step of recipe.steps) {
        if ('sheet' in step) {
          const { cells, missing } = rowOf(step, event);
          expect(missing).toEqual([]);
          expect(Object.values(cells)[0]).not.toBe('');
        } else expect(await runStep(step, event)).toBeTruthy();
      }
    },
  );

  test('Where a feed has looked, all recipes are set up without a call', async () => {
    await app.poll('new_order');
    const calls = app.calls();
    for (const recipe of recipes) await filledIn(recipe);
    expect(app.calls()).toBe(calls);
  });
});
