/** Every recipe is set up by the dropdowns of the app alone, as a seller does it in Zapier's editor. */

import { createApp } from '../../index.ts';
import { createAppHandler } from '../../lib/hosts/zapier/handler.ts';
import { onlyReads } from '../../lib/pack/operation.ts';
import { type RecipeDeclaration, valueIn } from '../../lib/pack/recipe.ts';
import { recipes } from '../../recipes/index.ts';
import { type ConnectedApp, connectApp } from '../support/connected-app.ts';
import { type Field, operationsOf, readDefinition } from '../support/publishing-checks/definition.ts';

const zapierApp = createApp({ settings: { dailyCallLimit: 200 }, random: Math.random } as never);
const { results: definition } = await createAppHandler(zapierApp)({ command: 'definition' });
const operations = new Map(operationsOf(readDefinition(definition)).map((each) => [each.key, each]));
const requiredOf = (key: string): Field[] =>
  (operations.get(key)?.inputs ?? []).filter(({ required }) => required);

describe('Setting up recipes', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ ordersPerDay: 20, historyDays: 20 });
  });
  afterEach(() => app.close());

  /** The first value that the field offers. */
  async function chosen({ key, dynamic, choices, list }: Field): Promise<unknown> {
    const [trigger = ''] = (dynamic ?? '').split('.');
    const [first] = dynamic
      ? (await app.poll(trigger, {}, { isFillingDynamicDropdown: true })).map(({ id }) => id)
      : Object.keys(choices ?? {});
    if (first === undefined) throw new Error(`nothing can be chosen for ${key}`);
    return list ? [first] : first;
  }

  async function inputsOf({ trigger, inputs }: RecipeDeclaration): Promise<Record<string, unknown>> {
    const filled: Record<string, unknown> = { ...inputs };
    for (const field of requiredOf(trigger.key)) filled[field.key] ??= await chosen(field);
    return filled;
  }

  const isOpen = (recipe: RecipeDeclaration): boolean =>
    requiredOf(recipe.trigger.key).some(({ key }) => recipe.inputs[key] === undefined);

  test('At least one recipe has an input that the seller must fill in', () => {
    expect(recipes.filter(isOpen).length).toBeGreaterThan(0);
  });

  test.each(recipes)(
    'A new connection sets up $key with at most one call, and its steps run',
    async (recipe) => {
      const inputs = await inputsOf(recipe);
      expect(app.calls()).toBe(isOpen(recipe) ? 1 : 0);
      const { key } = recipe.trigger;
      const sampled = await app.poll(key, inputs, { isLoadingSample: true });
      // A trigger whose kind of event has not happened is set up with its sample.
      const event = sampled[0] ?? (operations.get(key)?.sample as Record<string, unknown>);
      for (const step of recipe.steps) {
        if ('sheet' in step) continue;
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
        expect(await app.run(`${kind}.${step.action.key}.operation.perform`, given)).toBeTruthy();
      }
    },
  );

  test('Where a feed has looked, all recipes are set up without a call', async () => {
    await app.poll('new_order');
    const calls = app.calls();
    for (const recipe of recipes) await inputsOf(recipe);
    expect(app.calls()).toBe(calls);
  });
});
