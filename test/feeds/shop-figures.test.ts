import { figuresText, type ShopFigures } from '../../lib/feeds/shop-figures.ts';
import { HOUR } from '../../lib/runtime.ts';

const to = Date.parse('2026-11-21T02:00:00Z');
const period = { from: to - 24 * HOUR, to };
const orders = {
  orders: 6,
  paid: [{ currency: 'USD', amount: 15.5, count: 2 }],
  cancelled: 3,
  awaitingPayment: 1,
  toShip: 2,
  overdue: 0,
};
const figures: ShopFigures = {
  orders,
  ordersCompleteSince: period.from,
  openDisputes: 4,
  badReviews: 5,
  stalledParcels: 0,
  callsYesterday: 180,
  callsToday: 20,
};
const linesOf = (more: Partial<ShopFigures> = {}, announced: readonly string[] | null = null) => {
  const { en, zh } = figuresText({ ...figures, ...more }, period, {
    zone: 'Asia/Shanghai',
    limit: 200,
    announced,
  });
  return { en: en.split('\n'), zh: zh.split('\n') };
};

describe('Text of the figures of a shop', () => {
  test('An announcement is a line of its own, and its markup stays text', () => {
    const { en, zh } = linesOf({}, ['线路 **延误** 通知']);
    const line = en.find((each) => each.startsWith('**Announcement** '));
    expect(line).toContain('延误');
    expect(line).not.toContain('**延误**');
    expect(zh.some((line) => line.startsWith('**物流公告** '))).toBe(true);
  });

  test('It has a line for each figure, in both languages', () => {
    expect(linesOf().en.slice(6)).toEqual([
      '**Open disputes** 4',
      '**Bad reviews** 5',
      '**Stalled parcels** 0',
      '**AliExpress calls** 180 of 200 yesterday, 20 today',
    ]);
    expect(linesOf().zh.slice(6)).toEqual([
      '**处理中纠纷** 4',
      '**新发现中差评** 5',
      '**停滞包裹** 0',
      '**接口调用** 昨日 180 / 200，今日 20',
    ]);
  });

  test('Numbers of calls that are not known are shown as a dash', () => {
    const { en, zh } = linesOf({ callsYesterday: null, callsToday: null });
    expect(en.at(-1)).toBe('**AliExpress calls** – of 200 yesterday, – today');
    expect(zh.at(-1)).toBe('**接口调用** 昨日 – / 200，今日 –');
  });

  test('It says since when the orders are complete, where the period begins before that', () => {
    const { en, zh } = linesOf({ ordersCompleteSince: period.from + HOUR });
    expect(en.at(-1)).toBe('**Orders complete only since** 2026-11-20 11:00 (Asia/Shanghai)');
    expect(zh.at(-1)).toBe('**订单数据仅自此时起完整** 2026-11-20 11:00 (Asia/Shanghai)');
    expect(linesOf({ ordersCompleteSince: null }).en).toHaveLength(10);
  });

  test('Orders that are not known have a note of their own', () => {
    const { en, zh } = linesOf({ orders: null });
    expect(en.at(-1)).toMatch(/^\*\*Note\*\* The orders could not be read or saved/);
    expect(zh.at(-1)).toMatch(/^\*\*提示\*\* 订单未能读取或保存/);
  });

  test.each(['openDisputes', 'badReviews', 'stalledParcels'])('A note says why %s shows a dash', (figure) => {
    const { en, zh } = linesOf({ [figure]: null });
    expect(en.at(-1)).toMatch(/^\*\*Note\*\* Disputes, reviews and parcels show/);
    expect(zh.at(-1)).toMatch(/^\*\*提示\*\* 纠纷、评价或包裹显示/);
  });
});
