import { DAY_START } from '../../sandbox/day.ts';
import { lowStockSpells, stockAt } from '../../sandbox/products.ts';
import { openShop } from '../../sandbox/shop.ts';
import { isDue, type Moment, type Told, type Truth, truths } from '../../sandbox/truth.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const to = DAY_START + 5 * DAY;
const shop = openShop({
  seed: 8,
  curve: 'olist',
  ordersPerDay: 60,
  from: DAY_START,
  to,
  historyDays: 45,
});
const products = shop.products.map(({ id }) => String(id));
const truthOf = (key: string): Truth =>
  (truths[key] as (typeof truths)[string])({ shop, from: DAY_START, to, products });
const firstOf = (key: string, wanted: (moment: Moment) => boolean = () => true): Moment =>
  truthOf(key).moments.find((moment) => moment.at > DAY_START && wanted(moment)) as Moment;
const hasEnd = ({ at, endedAt = at }: Moment) => endedAt - at > 2 * HOUR;
const iso = (at: number) => new Date(at).toISOString();

/** Handed out at `at`, when AliExpress had been asked at `askedAt`. */
const told = (at: number, askedAt: number, event: Told['event'] = {}): Told => ({
  event,
  at,
  askedAt: () => askedAt,
});

describe('What is told', () => {
  const moment = firstOf('ship_deadline_to_feishu', hasEnd);
  const { held } = truthOf('ship_deadline_to_feishu');
  const end = moment.endedAt as number;

  test('is true from its moment on', () => {
    expect(held(moment, told(moment.at, moment.at))).toBe(true);
  });

  test('is false before its moment', () => {
    expect(held(moment, told(moment.at - 1, moment.at - 1))).toBe(false);
  });

  test('is false where AliExpress had shown that it was over', () => {
    expect(held(moment, told(end + HOUR, end))).toBe(false);
  });

  test('is true where it was over, and AliExpress was not asked since', () => {
    expect(held(moment, told(end + HOUR, end - 1))).toBe(true);
  });
});

describe('A stalled parcel', () => {
  const moment = firstOf('silent_parcel_to_ticket', hasEnd);
  const { held } = truthOf('silent_parcel_to_ticket');
  const at = (checkedAt: number) => told(checkedAt + HOUR, 0, { checked_at: iso(checkedAt) });

  test('is told truly where it was silent long enough when the carrier was asked', () => {
    expect(held(moment, at(moment.at))).toBe(true);
  });

  test('is told falsely where it was not silent long enough when the carrier was asked', () => {
    expect(held(moment, at(moment.at - HOUR))).toBe(false);
  });

  test('is told falsely where there was news when the carrier was asked', () => {
    expect(held(moment, at(moment.endedAt as number))).toBe(false);
  });

  test('is known by its number and since when it is so', () => {
    const [number = '', since = ''] = moment.key.split('/');
    const event = { tracking_number: number, episode_since: since };
    expect(truthOf('silent_parcel_to_ticket').keyOf(event)).toBe(moment.key);
  });
});

describe('Low stock', () => {
  const { held, moments } = truthOf('low_stock_to_purchasing');
  const spell = firstOf('low_stock_to_purchasing', hasEnd);
  const [productId, path] = spell.key.split('/');
  const sku = shop.products
    .find(({ id }) => String(id) === productId)
    ?.skus.find((each) => each.path === path);
  const seen = (at: number, stock: number | undefined) => told(at, 0, { stock_changed_at: iso(at), stock });
  const soon = Math.ceil(spell.at);
  const stock = sku && stockAt(sku, soon);

  test('is told truly with the pieces there were when they were seen', () => {
    expect(held(spell, seen(soon, stock))).toBe(true);
  });

  test('is told falsely with another number of pieces', () => {
    expect(held(spell, seen(soon, (stock ?? 0) + 1))).toBe(false);
  });

  test('is told falsely after a restock', () => {
    expect(held(spell, seen(Math.ceil(spell.endedAt as number), stock))).toBe(false);
  });

  test('is that of the watched products', () => {
    const spells = shop.products.flatMap(({ skus }) => skus.flatMap((each) => lowStockSpells(each, 5)));
    expect(moments).toHaveLength(spells.length);
  });
});

describe('What there was to notice', () => {
  test.each(Object.keys(truths))('is something in five days: %s', (key) => {
    expect(truthOf(key).moments.some((moment) => isDue(moment, { from: DAY_START, to }))).toBe(true);
  });

  test('is a paid order when it may be shipped, not while its payment is reviewed', () => {
    const reviewed = shop.orders.find(
      ({ stages, shippedAt }) => shippedAt && stages.some(({ status }) => status === 'RISK_CONTROL'),
    );
    const moment = truthOf('paid_order_to_sheet').moments.find(({ key }) => key === String(reviewed?.id));
    expect(moment?.at).toBe(reviewed?.stages.find(({ status }) => status === 'WAIT_SELLER_SEND_GOODS')?.at);
  });

  test('is no cancelled order where the buyer has it', () => {
    const received = shop.orders
      .filter(({ stages }) => stages.at(-1)?.endReason === 'buyer_confirm_goods')
      .map(({ id }) => String(id));
    const keys = new Set(truthOf('cancelled_order_to_sheet').moments.map(({ key }) => key));
    expect(received.filter((id) => keys.has(id))).toEqual([]);
  });

  test('is no dispute to be answered that was answered two days before its end', () => {
    const answered = [...shop.disputes.values()].filter(
      ({ answeredAt, answerDueAt }) => answeredAt && answeredAt < answerDueAt - 2 * DAY,
    );
    const keys = new Set(truthOf('dispute_deadline_to_feishu').moments.map(({ key }) => key));
    expect(answered.filter(({ id }) => keys.has(String(id)))).toEqual([]);
  });

  test('is a digest at nine in Beijing on each day', () => {
    expect(truthOf('daily_digest_to_feishu').moments[0]).toEqual({
      key: '2026-10-07',
      at: Date.parse('2026-10-07T09:00:00+08:00'),
    });
  });
});

describe('A moment is due', () => {
  const span = { from: 100 * HOUR, to: 200 * HOUR };

  test.each<[string, Omit<Moment, 'key'>, boolean]>([
    ['within the time that is looked at', { at: 150 * HOUR }, true],
    ['not before it', { at: 99 * HOUR }, false],
    ['not after it', { at: 200 * HOUR }, false],
    ['not where it was over within the hour', { at: 150 * HOUR, endedAt: 150 * HOUR + 59 * MINUTE }, false],
    ['where it lasted for an hour', { at: 150 * HOUR, endedAt: 151 * HOUR }, true],
    ['not where what it is about happened before', { at: 150 * HOUR, happenedAt: 99 * HOUR }, false],
    ['not where nobody needs to know any more', { at: 150 * HOUR, isOver: true }, false],
  ])('%s', (_, moment, expected) => {
    expect(isDue({ key: '1', ...moment }, span)).toBe(expected);
  });
});
