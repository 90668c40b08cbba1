import { keepCapabilities, readCapabilities } from '../../lib/aliexpress/capabilities.ts';
import { DAY } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { fixedClock } from '../support/fixed-clock.ts';

const open = () => {
  const clock = fixedClock(Date.parse('2026-11-21T00:00:00Z'));
  return { seller: '1', store: memoryStore(clock), clock };
};
type Shop = ReturnType<typeof open>;
const keep = (shop: Shop, found: object) => keepCapabilities(shop, { probedAt: shop.clock.now(), ...found });

test('What a probe has found out is heard once, by its own time, whatever later probes find', async () => {
  const shop = open();
  const first = shop.clock.now();
  await keep(shop, { takeDownIsChange: false });
  expect(await readCapabilities(shop, 0)).toMatchObject({ takeDownIsChange: false, probedAt: first });
  expect(await readCapabilities(shop, first)).toBeUndefined();
  shop.clock.advance(DAY);
  await keep(shop, { endedOrders: 'apart' });
  const second = shop.clock.now();
  expect(await readCapabilities(shop, first)).toMatchObject({ takeDownIsChange: null, endedOrders: 'apart' });
  expect(await readCapabilities(shop, 0)).toMatchObject({
    takeDownIsChange: false,
    foundAt: { takeDownIsChange: first, endedOrders: second },
  });
});

test('After 30 days it is forgotten, also where a later probe was made meanwhile', async () => {
  const shop = open();
  await keep(shop, { takeDownIsChange: false });
  shop.clock.advance(20 * DAY);
  await keep(shop, { endedOrders: 'apart' });
  shop.clock.advance(11 * DAY);
  expect(await readCapabilities(shop, 0)).toMatchObject({ takeDownIsChange: null, endedOrders: 'apart' });
});
