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
  ...operations.searches.map((search) => [search.key, `{${recordOf(search).id}}`]),
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

  test('The description of every trigger starts with "Triggers when" and ends with a period', () => {
    for (const { display } of Object.values(app.triggers))
      expect(display.description).toMatch(/^Triggers when .*\.$/);
  });
});
