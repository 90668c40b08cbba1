import { abnormalParcels } from '../../lib/aliexpress/methods/abnormal-parcels.ts';
import { recordedItem } from '../../lib/aliexpress/recorded/samples.ts';
import { abnormalParcel } from '../../lib/aliexpress/records/abnormal-parcel.ts';
import { toEvent } from '../../lib/pack/event.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { abnormalities } from '../../sandbox/parcels/abnormalities.ts';
import { logisticsOrderId } from '../../sandbox/parcels.ts';
import type { Variants } from '../../sandbox/variants.ts';
import trigger from '../../triggers/abnormal-parcel.ts';
import { type ConnectedApp, connectApp, NOON } from '../support/connected-app.ts';
import { contextAt } from '../support/event-context.ts';
import { type RecordingStore, recordingStore } from '../support/recording-store.ts';

const NOW = Date.parse('2026-11-21T02:10:00Z');
/** As a warehouse in China reports it. */
const sample = {
  ...recordedItem(abnormalParcel),
  abnormal_reason: '包裹尺寸超过线路限制',
  logistics_status_name: '仓库拒收',
  warehouse_name: '深圳集货仓',
};
const written = (changes: object = {}) => toEvent(trigger, { ...sample, ...changes }, {}, contextAt(NOW));

describe('Message about an abnormal parcel', () => {
  test('It names the deadline, the reason, the warehouse and the order in both languages', () => {
    const { title, title_zh, text, text_zh, due_at } = written();
    expect([title, title_zh, due_at]).toEqual([
      'Decide by 11-28 08:42: 包裹尺寸超过线路限制',
      '11-28 08:42 前处理：包裹尺寸超过线路限制',
      '2026-11-28T00:42:08Z',
    ]);
    expect(text).toContain('**Status** 仓库拒收\n**Decide by** 11-28 08:42\n**Warehouse** 深圳集货仓');
    expect(text_zh).toContain('**订单号** 8201739405562817');
  });

  test('Without a deadline it names none', () => {
    const { title, title_zh, text, due_at } = written({ decision_by: null });
    expect([title, title_zh, due_at]).toEqual([
      'Abnormal parcel: 包裹尺寸超过线路限制',
      '包裹异常：包裹尺寸超过线路限制',
      null,
    ]);
    expect(text).not.toContain('Decide by');
  });

  test('Without a reason it names the status', () => {
    expect(written({ abnormal_reason: null }).title).toBe('Abnormal parcel: 仓库拒收');
  });

  test('A reason with markup stays text', () => {
    const { text } = written({ abnormal_reason: '**x** <at id=all></at> [a](https://example.com)' });
    expect(text).not.toContain('**x**');
    expect(text).not.toContain('<at');
  });
});

interface Emitted {
  id: unknown;
  event: Record<string, unknown>;
  at: number;
}

const DAYS = 4;
const END = NOON + DAYS * DAY;

async function openApp(variants: Partial<Variants> = {}, abnormal = 0.3, to = END) {
  let store: RecordingStore | undefined;
  const app = await connectApp({
    store: (clock) => {
      store = recordingStore(memoryStore(clock));
      return store;
    },
    to,
    ordersPerDay: 20,
    historyDays: 20,
    variedParcels: { abnormal },
    variants,
    lifetimes: { accessSeconds: 30 * 86_400 },
  });
  return { app, storedText: () => store?.text() ?? '' };
}

/** Turns a workflow on and returns a function that polls until a time; each event is emitted once. */
async function turnOn(app: ConnectedApp) {
  const seeded = await app.poll('abnormal_parcel', {}, { isPopulatingDedupe: true });
  const known = new Set(seeded.map(({ id }) => id));
  const from = app.clock.now();
  const emitted: Emitted[] = [];
  const pollUntil = async (to: number, everyMs = 15 * MINUTE) => {
    for (let at = app.clock.now() + everyMs; at <= to; at += everyMs) {
      app.clock.advanceTo(at);
      for (const event of await app.poll('abnormal_parcel')) {
        if (!known.has(event.id)) emitted.push({ id: event.id, event, at });
        known.add(event.id);
      }
    }
  };
  return { emitted, from, pollUntil };
}

/** What AliExpress lists long enough, with the id of its event: a second time for the same reason has a number. */
const expectedOf = (app: ConnectedApp, from: number, to: number) =>
  app.sandbox.shop.parcels.flatMap((parcel) => {
    const counted = parcel.abnormalities.filter(({ from: at }) => at > from);
    return counted
      .map(({ code, from: at, until, decideBy }, n) => {
        const nth = 1 + counted.slice(0, n).filter((each) => each.code === code).length;
        const id = `${logisticsOrderId(parcel, parcel.order)}/${abnormalities[code]?.status}/${code}`;
        return { id: nth > 1 ? `${id}/${nth}` : id, at, until, decideBy };
      })
      .filter(({ at, until }) => at < to - 2.5 * HOUR && until - at > 2.5 * HOUR);
  });

const listCalls = (app: ConnectedApp, day: string) =>
  app.sandbox.calls.byDay.get(day)?.get(abnormalParcels.name) ?? 0;

describe('New Abnormal Parcel in a shop', () => {
  let app: ConnectedApp;
  let storedText: () => string;
  let emitted: Emitted[];
  let from: number;
  beforeAll(async () => {
    ({ app, storedText } = await openApp());
    const workflow = await turnOn(app);
    ({ emitted, from } = workflow);
    await workflow.pollUntil(NOON + 2 * DAY);
    app.restart();
    await workflow.pollUntil(END);
  });
  afterAll(() => app.close());

  test('Every abnormal parcel is announced once, within two and a half hours', () => {
    const expected = expectedOf(app, from, END);
    expect(expected.length).toBeGreaterThan(10);
    for (const { id, at } of expected) {
      const found = emitted.filter((each) => each.id === id);
      expect([id, found.length]).toEqual([id, 1]);
      expect((found[0]?.at ?? Number.POSITIVE_INFINITY) - at).toBeLessThanOrEqual(2.5 * HOUR);
    }
  });

  test('Nothing is announced that was not abnormal, or was before the workflow was on', () => {
    const wasAbnormal = ({ event, at }: Emitted) =>
      app.sandbox.shop.parcels.some(
        ({ order, abnormalities: all }) =>
          String(order.id) === event.order_id &&
          all.some((each) => each.code === event.abnormal_code && each.from > from && each.from <= at),
      );
    expect(emitted.filter((each) => !wasAbnormal(each))).toEqual([]);
  });

  test('The deadline of the decision is the deadline of the event, where there is one', () => {
    const expected = expectedOf(app, from, END);
    expect(new Set(expected.map(({ decideBy }) => decideBy === undefined)).size).toBe(2);
    for (const { id, decideBy } of expected) {
      const { event } = emitted.find((each) => each.id === id) ?? {};
      const dueAt = typeof event?.due_at === 'string' ? Date.parse(event.due_at) : undefined;
      expect(dueAt).toBe(decideBy);
    }
  });

  test('A day takes at most 12 calls', () => {
    for (const day of ['2026-10-08', '2026-10-09', '2026-10-10']) {
      expect(listCalls(app, day)).toBeGreaterThan(8);
      expect(listCalls(app, day)).toBeLessThanOrEqual(12);
    }
  });

  test('Events and stored data contain no personal data', async () => {
    const events = await app.poll('abnormal_parcel', {}, { isLoadingSample: true });
    expect(events.length).toBeGreaterThan(0);
    expect(JSON.stringify(events) + storedText()).not.toMatch(/canary/i);
  });
});

describe('List of abnormal parcels in another form', () => {
  test.each<[string, Partial<Variants>]>([
    ['writes Beijing time', { parcelZone: 'beijing' }],
    ['has ten rows on a page and refuses more', { parcelPageSize: 10 }],
    ['has ten rows on a page and cuts what is more', { parcelPageSize: 10, oversizedPage: 'cut' }],
    ['leaves out its total', { totals: 'left_out' }],
    ['shows released parcels too', { settledParcels: 'listed' }],
  ])('Every abnormal parcel is announced in time from a list that %s', async (_, variants) => {
    const { app } = await openApp(variants, 0.6);
    try {
      const { emitted, from, pollUntil } = await turnOn(app);
      const end = NOON + 1.5 * DAY;
      await pollUntil(end, 30 * MINUTE);
      const expected = expectedOf(app, from, end);
      expect(expected.length).toBeGreaterThan(5);
      const late = expected.filter(({ id, at, decideBy }) => {
        const found = emitted.find((each) => each.id === id);
        const isDue = decideBy === undefined || Date.parse(String(found?.event.due_at)) === decideBy;
        return !found || !isDue || found.at - at > 2.5 * HOUR;
      });
      expect(late).toEqual([]);
      expect(listCalls(app, '2026-10-08')).toBeLessThanOrEqual(15);
    } finally {
      await app.close();
    }
  });
});

test('A permission that is withdrawn is asked for once a day, and an account alert says what is missing', async () => {
  const { app } = await openApp();
  try {
    for (const trigger of ['abnormal_parcel', 'new_order', 'account_alert'])
      await app.poll(trigger, {}, { isPopulatingDedupe: true });
    app.sandbox.variants.notGranted = ['abnormal_parcels'];
    const before = listCalls(app, '2026-10-07');
    const alerts: Record<string, unknown>[] = [];
    let orders = 0;
    for (let at = NOON + 15 * MINUTE; at < NOON + 11 * HOUR; at += 15 * MINUTE) {
      app.clock.advanceTo(at);
      await app.poll('abnormal_parcel').catch(() => {});
      orders += (await app.poll('new_order')).length;
      alerts.push(...(await app.poll('account_alert', { alert_types: ['permission_missing'] })));
    }
    expect(listCalls(app, '2026-10-07') - before).toBe(1);
    expect(orders).toBeGreaterThan(0);
    expect(new Set(alerts.map(({ text }) => text)).size).toBe(1);
    expect(String(alerts[0]?.text)).toContain('abnormal parcels');
  } finally {
    await app.close();
  }
});

test('Nothing is read while no workflow reads it', async () => {
  const { app } = await openApp();
  try {
    for (let at = NOON; at < NOON + 6 * HOUR; at += HOUR) {
      app.clock.advanceTo(at);
      await app.poll('new_order');
    }
    expect(listCalls(app, '2026-10-07')).toBe(0);
  } finally {
    await app.close();
  }
});
