import { createApp } from '../../../index.ts';
import { recordOf } from '../../../lib/engine/run-search.ts';
import { createAppHandler } from '../../../lib/hosts/zapier/handler.ts';
import { operations } from '../../../operations.ts';
import { eventIds } from '../../../tools/docs/event-ids.ts';
import { contractOf, type OperationDefinition } from '../../support/public-contract.ts';

const app = createApp({ settings: { dailyCallLimit: 200 }, random: Math.random } as never);

/** Operation key → template of the ids of its events or results. */
const idTemplates: Record<string, string> = Object.fromEntries([
  ...operations.triggers.map((trigger) => [trigger.key, eventIds(trigger).join(', ')]),
  ...operations.searches
    .filter(({ several }) => !several)
    .map((search) => [search.key, `{${recordOf(search).id}}`]),
]);

describe('Zapier app', () => {
  test("The app passes core's own validation", async () => {
    const { results } = await createAppHandler(app)({ command: 'validate', calledFromCli: true });
    expect(results).toEqual([]);
  });

  test.each([
    ['triggers', app.triggers],
    ['searches', app.searches],
    ['actions', app.creates],
  ])(
    'The public contract of the %s is unchanged: a change here breaks workflows of users',
    (_, definitions: Record<string, OperationDefinition>) => {
      expect(
        Object.fromEntries(
          Object.entries(definitions).map(([key, definition]) => [
            key,
            contractOf(definition, idTemplates[key]),
          ]),
        ),
      ).toMatchSnapshot();
    },
  );

  test('All searches that cost a call share one throttle of the daily limit per Zapier account', () => {
    const throttles = Object.values(app.searches).map(({ key, operation }) => [key, operation.throttle]);
    const shared = { window: 86_400, limit: 200, scope: ['account'] };
    expect(Object.fromEntries(throttles)).toEqual({
      ...Object.fromEntries(Object.keys(app.searches).map((key) => [key, shared])),
      find_call_budget: undefined,
      prepare_ticket: undefined,
      summarize_orders: undefined,
    });
  });

  test('The throttle of searches follows the daily limit of the settings', () => {
    const { searches } = createApp({ settings: { dailyCallLimit: 900 }, random: Math.random } as never);
    expect(searches.find_order?.operation.throttle).toMatchObject({ limit: 900 });
  });

  test('No trigger has a throttle, because most polls make no call', () => {
    for (const { operation } of Object.values(app.triggers)) expect(operation).not.toHaveProperty('throttle');
  });

  test('The description of every trigger starts with "Triggers when" and ends with a period', () => {
    for (const { display } of Object.values(app.triggers))
      expect(display.description).toMatch(/^Triggers when .*\.$/);
  });
});
