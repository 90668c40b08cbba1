import { keysIn } from '../../../lib/hosts/hub/access/keys.ts';
import { axiosTransport } from '../../../lib/http/axios.ts';
import { HOUR } from '../../../lib/runtime.ts';
import { hubStore } from '../../../lib/stores/hub.ts';
import { operations } from '../../../operations.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';

const FAMILIES = ['snap1', 'chunk1', 'watch1', 'status1', 'orders1', 'stock1', 'lease', 'mark'];

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.stop());

test('Everything that the engine writes in hours with all triggers may be written by an app', async () => {
  const { store } = hub.hub.runtime.database;
  const entries: ['set' | 'add', string, string][] = [];
  for (const command of ['set', 'add'] as const) {
    const write = store[command];
    store[command] = (key, value, ttlSeconds) => {
      entries.push([command, key, value]);
      return write(key, value, ttlSeconds);
    };
  }
  const products = hub.sandbox.shop.products.slice(0, 3).map(({ id }) => String(id));
  for (const { key, inputs } of operations.triggers) {
    const needed = Object.entries(inputs).filter(([, { required }]) => required);
    await hub.request('POST', '/v1/subscriptions', {
      trigger: key,
      url: hub.receiver.url,
      inputs: Object.fromEntries(needed.map(([name]) => [name, products])),
    });
  }
  await hub.pass(4 * HOUR);
  const { database, clock } = hub.hub.runtime;
  const secret = keysIn(database).create({ kind: 'store', name: 'Zapier' }, clock.now());
  const remote = hubStore(hub.hub.url, secret, axiosTransport());
  const written = entries.splice(0);
  const families = new Set(written.map(([, key]) => key.replace(/:.*/, '')));
  for (const family of FAMILIES) expect(families).toContain(family);
  const refused: string[] = [];
  for (const [command, key, value] of written)
    await remote[command](key, value, 60).catch(() => refused.push(`${key} ${value.slice(0, 40)}`));
  expect(refused).toEqual([]);
});
