import { createPack } from '../../../index.ts';
import { createAppHandler } from '../../../lib/hosts/zapier/handler.ts';

const pack = createPack({ settings: {}, random: Math.random } as never);

test("the app passes core's own validation", async () => {
  expect((await createAppHandler(pack)({ command: 'validate', calledFromCli: true })).results).toEqual([]);
});

interface Operation {
  operation: { inputFields: { key: string }[]; outputFields: { key: string }[] };
}

/** What users' workflows rest on: keys of operations, of their inputs and of their outputs. */
const keysOf = (operations: Record<string, Operation>) =>
  Object.fromEntries(
    Object.entries(operations).map(([key, { operation }]) => [
      key,
      {
        inputs: operation.inputFields.map((field) => field.key),
        outputs: operation.outputFields.map((field) => field.key),
      },
    ]),
  );

test.each(['triggers', 'searches', 'creates'] as const)(
  'the public contract of the %s is unchanged (a change here breaks users’ workflows and needs a major version)',
  (kind) => {
    expect(keysOf(pack[kind] as Record<string, Operation>)).toMatchSnapshot();
  },
);

test('every visible text of a trigger starts with "Triggers when" and ends with a period', () => {
  for (const { display } of Object.values(pack.triggers))
    expect(display.description).toMatch(/^Triggers when .*\.$/);
});
