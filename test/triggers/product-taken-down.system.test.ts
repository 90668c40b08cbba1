import { productList } from '../../lib/aliexpress/methods/product-list.ts';
import { productStatusNames } from '../../lib/aliexpress/product-terms.ts';
import { recordedItem } from '../../lib/aliexpress/recorded/samples.ts';
import { delistedProductRecord } from '../../lib/aliexpress/records/delisted-product.ts';
import { fires, toEvent } from '../../lib/pack/event.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { delistings, offlineReasons } from '../../sandbox/products.ts';
import productTakenDown from '../../triggers/product-taken-down.ts';
import { type ConnectedApp, connectApp, NOON } from '../support/connected-app.ts';
import { contextAt } from '../support/event-context.ts';
import { type RecordingStore, recordingStore } from '../support/recording-store.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const firesFor = (removal_reason: string, inputs = {}) =>
  fires(productTakenDown, { ...recordedItem(delistedProductRecord), removal_reason }, inputs, NOON);

test.each([...offlineReasons, 'service_delete', 'editingRequired'])(
  'A product removed for the reason %s is reported if no reason is chosen',
  (cause) => {
    expect(firesFor(cause)).toBe(true);
  },
);

test.each([...offlineReasons, 'service_delete', 'editingRequired'])(
  'The removal reason %s can be chosen',
  (cause) => {
    expect(Object.keys(productTakenDown.inputs.removal_reasons.choices)).toContain(cause);
  },
);

test('Only the chosen removal reasons are reported', () => {
  const inputs = { removal_reasons: ['punish_offline', 'violate_offline'] };
  expect([firesFor('punish_offline', inputs), firesFor('user_offline', inputs)]).toEqual([true, false]);
});

test('The message names the product and the reason in both languages', () => {
  const event = toEvent(productTakenDown, recordedItem(delistedProductRecord), {}, contextAt(NOW));
  expect([event.title, event.title_zh]).toEqual([
    'Listing expired: Canvas Tote Bag with Zipper',
    '到期下架：Canvas Tote Bag with Zipper',
  ]);
  expect([event.text, event.text_zh]).toEqual([
    expect.stringContaining('**Reason** listing expired'),
    expect.stringContaining('**原因** 到期下架'),
  ]);
});

test('A deleted product and one that was sent back have a status in words', () => {
  expect([productStatusNames.service_delete, productStatusNames.editingRequired]).toEqual([
    'deleted by AliExpress',
    'sent back for correction',
  ]);
});

describe('New Delisted Product in a shop', () => {
  const DAYS = 2;
  let app: ConnectedApp;
  let store: RecordingStore;
  /** What a workflow without a choice got, and one that chose a reason. */
  let emitted: Emitted[];
  let ofOneReason: Emitted[];
  beforeAll(async () => {
    app = await connectApp({
      store: (clock) => {
        store = recordingStore(memoryStore(clock));
        return store;
      },
      to: NOON + DAYS * DAY,
      ordersPerDay: 5,
      lifetimes: { accessSeconds: 30 * 86_400 },
    });
    const workflows = [await turnOn(), await turnOn({ removal_reasons: ['punish_offline'] })];
    for (let at = NOON + HOUR / 2; at <= NOON + DAYS * DAY; at += HOUR / 2) {
      app.clock.advanceTo(at);
      await workflows[0]?.poll();
      // The products of a reason are not read anew, so fewer polls show which ones they are.
      if (at % (3 * HOUR) === NOON % (3 * HOUR)) await workflows[1]?.poll();
    }
    [emitted, ofOneReason] = workflows.map((workflow) => workflow.emitted) as [Emitted[], Emitted[]];
  });
  afterAll(() => app.close());

  interface Emitted {
    product: string;
    removal_reason: unknown;
    at: number;
  }
  /** A workflow; when each event was there first. */
  async function turnOn(inputs = {}) {
    const seeded = await app.poll('product_taken_down', inputs, { isPopulatingDedupe: true });
    const known = new Set(seeded.map(({ id }) => id));
    const emitted: Emitted[] = [];
    const poll = async () => {
      for (const { id, product_id, removal_reason } of await app.poll('product_taken_down', inputs)) {
        if (!known.has(id))
          emitted.push({ product: String(product_id), removal_reason, at: app.clock.now() });
        known.add(id);
      }
    };
    return { emitted, poll };
  }
  const takenDown = () =>
    app.sandbox.shop.products
      .flatMap((product) =>
        delistings(product).map(({ at, reason }) => ({ at, reason, id: String(product.id) })),
      )
      .filter(({ at }) => at > NOON && at < NOON + DAYS * DAY - 2 * HOUR);
  const sentBack = () =>
    app.sandbox.shop.products
      .filter(({ stages }) =>
        stages.some(({ at, status }) => status === 'editingRequired' && at > NOON && at < NOON + DAYS * DAY),
      )
      .map(({ id }) => String(id));

  test('Each delisted product is reported once within the hour, with its reason', () => {
    expect(takenDown().length).toBeGreaterThan(3);
    for (const { id, at, reason } of takenDown()) {
      const ofIt = emitted.filter(({ product }) => product === id);
      expect(ofIt).toEqual([expect.objectContaining({ removal_reason: reason })]);
      expect((ofIt[0]?.at ?? Number.POSITIVE_INFINITY) - at).toBeLessThanOrEqual(HOUR);
    }
  });

  test('No product that stays on sale is reported', () => {
    const expected = [...takenDown().map(({ id }) => id), ...sentBack()];
    expect(emitted.filter(({ product }) => !expected.includes(product))).toEqual([]);
  });

  test('A workflow with one removal reason gets only products with this reason', () => {
    const reasons = ofOneReason.map(({ removal_reason }) => removal_reason);
    expect(reasons).toEqual(
      takenDown().flatMap(({ reason }) => (reason === 'punish_offline' ? [reason] : [])),
    );
  });

  test('A day takes at most 56 calls for less than a hundred offline products', () => {
    const day = app.sandbox.calls.byDay.get('2026-10-08');
    expect(day?.get(productList.name)).toBeGreaterThan(40);
    expect(day?.get(productList.name)).toBeLessThanOrEqual(56);
  });

  test('Events and stored data of products contain no personal data', async () => {
    expect(store.text()).toContain(String(emitted[0]?.product));
    const events = await app.poll('product_taken_down', {}, { isLoadingSample: true });
    expect(JSON.stringify(events) + store.text()).not.toMatch(/canary/i);
  });
});
