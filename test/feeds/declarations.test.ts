import * as abnormalParcels from '../../lib/feeds/abnormal-parcels.ts';
import * as account from '../../lib/feeds/account.ts';
import {
  ALERTS,
  FEED_NAMES,
  SKIP_CAUSES,
  skippedWords,
  WAITING_REASONS,
} from '../../lib/feeds/alert-words.ts';
import * as callBudget from '../../lib/feeds/call-budget.ts';
import * as dailyReport from '../../lib/feeds/daily-report.ts';
import * as disputes from '../../lib/feeds/disputes.ts';
import { feedEngines, sourceEngines } from '../../lib/feeds/engines.ts';
import * as lists from '../../lib/feeds/lists.ts';
import * as lookups from '../../lib/feeds/lookups.ts';
import { orderFilters } from '../../lib/feeds/order-filters.ts';
import * as orders from '../../lib/feeds/orders.ts';
import * as parcels from '../../lib/feeds/parcels.ts';
import { PERIODS } from '../../lib/feeds/periods.ts';
import * as products from '../../lib/feeds/products.ts';
import * as reviews from '../../lib/feeds/reviews.ts';
import * as stock from '../../lib/feeds/stock.ts';
import { TIME_ZONES } from '../../lib/feeds/time-zones.ts';
import type { FeedDeclaration } from '../../lib/pack/operation.ts';

const modules = [
  abnormalParcels,
  account,
  callBudget,
  dailyReport,
  disputes,
  lookups,
  orders,
  parcels,
  products,
  reviews,
  stock,
];
const hasKey = (value: unknown): value is { key: string } => Object.hasOwn(Object(value), 'key');
const declared = modules.flatMap((each) => Object.values(each as object)).filter(hasKey);
const feeds = declared.filter((each) => 'freshness' in each) as FeedDeclaration[];

const HAN = /\p{Script=Han}/u;
const NOTHING = '';

/** What is wrong with a text that is the same thing said in both languages. */
function faultOf(text: unknown): string | undefined {
  const { en, zh } = Object(text) as Record<string, unknown>;
  if (typeof en !== 'string' || en === NOTHING || HAN.test(en)) return `English: ${en}`;
  if (typeof zh !== 'string' || zh === NOTHING) return `Chinese: ${zh}`;
  return HAN.test(zh) || en === zh ? undefined : `Chinese: ${zh}`;
}
const faultsOf = (texts: Record<string, unknown>) =>
  Object.entries(texts).flatMap(([name, text]) => {
    const fault = faultOf(text);
    return fault === undefined ? [] : [`${name}: ${fault}`];
  });
const textsIn = (object: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(object)
      .flatMap(([name, value]) => [
        [name, value] as const,
        ...Object.entries(Object(value.options)).map(
          ([option, label]) => [`${name} ${option}`, label] as const,
        ),
      ])
      .filter(([name]) => ['label', 'help', 'description', 'freshness'].includes(name)),
  );

test('There is an engine for each feed and each source that is declared, and for no other', () => {
  const engines = [...Object.keys(feedEngines), ...Object.keys(sourceEngines)];
  expect(engines.sort()).toStrictEqual(declared.map(({ key }) => key).sort());
});

test.each(feeds)('The feed $key says how fresh it is, in both languages', (feed) => {
  expect(faultsOf(textsIn(feed))).toStrictEqual([]);
  expect(feed.record.key).not.toBe(NOTHING);
});

test('No two feeds say the same of their freshness unless they read the same', () => {
  const texts = new Set(feeds.map(({ freshness }) => freshness.zh));
  // Two feeds read the same orders. The one of orders to be shipped reads more before a deadline.
  expect(texts.size).toBe(feeds.length - 1);
});

test.each([
  [dailyReport.dailyReports, ['hour', 'time_zone']],
  [parcels.parcels, ['stall_rule', 'min_customs_hours', 'min_hours_without_update']],
  [parcels.parcelDeliveries, []],
  [stock.stock, ['product_ids']],
])('The feed $key names the inputs on which its calls depend', (feed, inputs) => {
  expect(feed.readsInputs).toStrictEqual(inputs);
});

test.each(Object.values(lists).filter(hasKey))('The dropdown $key is named in both languages', (list) => {
  expect(faultsOf(textsIn(list))).toStrictEqual([]);
  expect(list).toMatchObject({
    key: expect.stringMatching(/^list_[a-z_]+$/),
    noun: expect.stringMatching(/^[A-Z]/),
  });
});

test('Every dropdown has a name of its own', () => {
  const declaredLists = Object.values(lists).filter(hasKey) as (typeof lists.recentOrders)[];
  for (const name of ['key', 'noun'] as const)
    expect(new Set(declaredLists.map((list) => list[name])).size).toBe(declaredLists.length);
});

test.each(Object.entries(orderFilters.inputs))('The filter %s is named in both languages', (_, filter) => {
  expect(faultsOf(textsIn(filter))).toStrictEqual([]);
});

test('An hour of the report is chosen from 24 in the form of a clock', () => {
  const { label, help, options } = dailyReport.reportHour;
  expect(faultsOf({ label, help })).toStrictEqual([]);
  expect(Object.keys(options ?? {})).toStrictEqual(Array.from({ length: 24 }, (_, hour) => String(hour)));
  expect([options?.[0], options?.[9], options?.[23]]).toStrictEqual(
    ['00:00', '09:00', '23:00'].map((clock) => ({ en: clock, zh: clock })),
  );
});

test('Periods and time zones are named in both languages, each by another name', () => {
  for (const texts of [PERIODS, TIME_ZONES]) {
    expect(faultsOf(texts)).toStrictEqual([]);
    const names = Object.values(texts).flatMap(({ en, zh }) => [en, zh === en ? `${zh} zh` : zh]);
    expect(new Set(names).size).toBe(names.length);
  }
});

test('A time zone that is offered is one that there is', () => {
  for (const zone of Object.keys(TIME_ZONES))
    expect(() => new Intl.DateTimeFormat('en', { timeZone: zone })).not.toThrow();
});

test('Every alert has words in both languages', () => {
  for (const { headline, detail } of Object.values(ALERTS))
    expect(faultsOf(detail.en.startsWith('{cause}') ? { headline } : { headline, detail })).toStrictEqual([]);
  expect(ALERTS.events_skipped.detail).toStrictEqual({ en: '{cause} {advice}', zh: '{cause}{advice}' });
  expect(faultsOf(FEED_NAMES)).toStrictEqual([]);
  expect(faultsOf(WAITING_REASONS)).toStrictEqual([]);
});

test('Every cause of skipped events is said in both languages', () => {
  const { pause, ...causes } = SKIP_CAUSES;
  expect(faultsOf({ ...causes, pause: pause(7) })).toStrictEqual([]);
  // An order that has ended may have been placed too long ago, or have changed again.
  expect(pause(7).en).toContain('At least 7 orders');
  expect(pause(7).zh).toContain('至少有 7 个订单');
});

test('What was skipped and what to do are said in both languages for every feed and for any', () => {
  for (const feed of [undefined, ...Object.keys(FEED_NAMES)] as Parameters<typeof skippedWords>) {
    const words = skippedWords(feed);
    expect(faultsOf(words)).toStrictEqual([]);
    const name = feed && FEED_NAMES[feed].zh;
    expect(words.subject.zh).toContain(name ?? '事件');
    if (feed !== 'orders') expect(words.advice.zh).toContain(name ?? '数据');
  }
});
