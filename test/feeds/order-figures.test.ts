import { orderFigures } from '../../lib/feeds/order-figures.ts';
import { HOUR } from '../../lib/runtime.ts';
import { anOrder } from '../support/records.ts';

const now = Date.parse('2026-11-21T04:00:00Z');
const day = { from: now - 24 * HOUR, to: now };
const ago = (hours: number) => new Date(now - hours * HOUR).toISOString();
const figures = (...changes: Parameters<typeof anOrder>[0][]) =>
  orderFigures(
    changes.map((each) => anOrder({ placed_at: ago(1), paid_at: ago(1), updated_at: ago(1), ...each })),
    day,
    now,
  );

describe('Order figures', () => {
  test('The number of orders counts the orders placed in the period', () => {
    expect(figures({}, { placed_at: ago(23.9) }, { placed_at: ago(24.1) }).orders).toBe(2);
  });

  test('A period includes its first millisecond and excludes its last', () => {
    expect(figures({ placed_at: ago(24) }, { placed_at: ago(0) }).orders).toBe(1);
  });

  test('Revenue adds up the orders that were placed in the period, paid and not cancelled', () => {
    expect(
      figures(
        { amount: 10, currency: 'USD' },
        { amount: 5.5, currency: 'USD', status: 'FINISH', end_reason_category: 'completed' },
        { amount: 1, currency: 'USD', paid_at: null, status: 'PLACE_ORDER_SUCCESS' },
        { amount: 2, currency: 'USD', status: 'FINISH', end_reason_category: 'cancelled_by_buyer' },
        { amount: 4, currency: 'USD', placed_at: ago(30) },
      ).paid,
    ).toEqual([{ currency: 'USD', amount: 15.5, count: 2 }]);
  });

  test('Cancelled orders count in the period of the cancellation, whenever they were placed', () => {
    expect(
      figures({ status: 'FINISH', end_reason_category: 'risk_control', placed_at: ago(90) }).cancelled,
    ).toBe(1);
    expect(
      figures({ status: 'FINISH', end_reason_category: 'risk_control', updated_at: ago(25) }).cancelled,
    ).toBe(0);
  });

  test('An order that waits for payment does not count as cancelled', () => {
    expect(figures({ status: 'PLACE_ORDER_SUCCESS', paid_at: null }).cancelled).toBe(0);
  });

  test('An order that ended unpaid counts as cancelled for any end reason', () => {
    expect(figures({ status: 'FINISH', end_reason_category: 'unheard_of', paid_at: null }).cancelled).toBe(1);
  });

  test('A completed order does not count as cancelled', () => {
    expect(figures({ status: 'FINISH', end_reason_category: 'completed' }).cancelled).toBe(0);
  });

  test('Orders to be paid or shipped are counted as of now, whenever they were placed', () => {
    expect(
      figures(
        { status: 'PLACE_ORDER_SUCCESS', placed_at: ago(300) },
        { status: 'WAIT_SELLER_SEND_GOODS', placed_at: ago(300) },
        { status: 'SELLER_PART_SEND_GOODS' },
        { status: 'WAIT_BUYER_ACCEPT_GOODS' },
      ),
    ).toMatchObject({ awaitingPayment: 1, toShip: 2 });
  });

  test('An order counts as overdue if it is not shipped and its deadline has passed', () => {
    expect(
      figures(
        { status: 'WAIT_SELLER_SEND_GOODS', status_due_at: ago(0.1) },
        { status: 'WAIT_SELLER_SEND_GOODS', status_due_at: ago(-0.1) },
        { status: 'WAIT_SELLER_SEND_GOODS', status_due_at: null },
        { status: 'PLACE_ORDER_SUCCESS', status_due_at: ago(1) },
      ).overdue,
    ).toBe(1);
  });
});
