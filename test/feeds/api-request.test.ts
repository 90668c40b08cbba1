import { apiRequest } from '../../lib/feeds/api-request.ts';

const refused = (parameters: string) =>
  apiRequest
    .deliver(
      { data: 'orders', parameters },
      { openShop: () => Promise.reject(new Error('a shop was opened')) },
    )
    .then(
      () => '',
      (error: unknown) => String(error),
    );

test.each(['null', '[]', '"x"', '5'])(
  'The parameters %s are no object, and are refused as a whole',
  async (given) => {
    expect(await refused(given)).toContain('"Parameters" has an invalid value');
  },
);

test('A parameter of any length is named in short', async () => {
  const given = { page: 1, placed: { from: 1, to: 2 }, ['p'.repeat(10_000)]: 1 };
  expect((await refused(JSON.stringify(given))).length).toBeLessThan(500);
});

test.each(['['.repeat(100_000) + ']'.repeat(100_000), `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`])(
  'Parameters that are nested too deep are refused',
  async (given) => {
    expect(await refused(given)).toContain('"Parameters" has an invalid value');
  },
);
