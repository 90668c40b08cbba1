import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { type AppOptions, type ConnectedApp, connectApp, NOON } from '../support/connected-app.ts';
import { type OrderLife, putOrder } from '../support/sandbox-orders.ts';

const [WAITING, HELD, LONG_HELD] = ['WAIT_SELLER_SEND_GOODS', 'RISK_CONTROL', 'RISK_CONTROL_HOLD'];
const [PLACED, SHIPPED, CANCELLING, ENDED] = [
  'PLACE_ORDER_SUCCESS',
  'WAIT_BUYER_ACCEPT_GOODS',
  'IN_CANCEL',
  'FINISH',
];

let app: ConnectedApp;
const open = async (options: AppOptions = {}) => {
  app = await connectApp({ ordersPerDay: 4, lifetimes: { accessSeconds: 90 * 86_400 }, ...options });
};
afterEach(() => app.close());

const turnOn = (trigger: string) => app.poll(trigger, {}, { isPopulatingDedupe: true });
const put = (life: OrderLife) => putOrder(app.sandbox, life);

/** Polls on until then; the ids of the events about the order, in the order of their first sight. */
async function watch(trigger: string, orderId: string, until: number, every = HOUR): Promise<unknown[]> {
  const ids = new Set<unknown>();
  while (app.clock.now() < until) {
    app.clock.advanceTo(app.clock.now() + every);
    for (const { id, order_id } of await app.poll(trigger)) if (order_id === orderId) ids.add(id);
  }
  return [...ids];
}

describe('Order that is paid and held', () => {
  beforeEach(() => open());

  test.each([
    [40, HELD],
    [60, LONG_HELD],
  ])('An order that was held for %s hours is told once, when it is released', async (hours, hold = '') => {
    await turnOn('order_paid');
    const paidAt = NOON + HOUR;
    const id = put({
      paidAt,
      stages: [
        [paidAt - MINUTE, PLACED as string],
        [paidAt, hold],
        [paidAt + hours * HOUR, WAITING as string],
      ],
    });
    expect(await watch('order_paid', id, paidAt + hours * HOUR - HOUR, 4 * HOUR)).toEqual([]);
    expect(await watch('order_paid', id, paidAt + (hours + 3) * HOUR)).toEqual([id]);
  });

  test.each([HELD, LONG_HELD])(
    'An order that was in %s when the workflow was turned on is told when it is released',
    async (hold = '') => {
      const paidAt = NOON - 20 * HOUR;
      const stages = [
        [paidAt - MINUTE, PLACED as string],
        [paidAt, hold],
        [NOON + 3 * HOUR, WAITING as string],
      ] as const;
      const id = put({ paidAt, stages });
      await turnOn('order_paid');
      expect(await watch('order_paid', id, NOON + 6 * HOUR)).toEqual([id]);
    },
  );

  test('An order that was released before the workflow was turned on is not told when it changes', async () => {
    const paidAt = NOON - 7 * DAY;
    const stages = [
      [paidAt - MINUTE, PLACED as string],
      [paidAt, WAITING as string],
      [NOON + 2 * HOUR, SHIPPED as string],
    ] as const;
    const id = put({ paidAt, shippedAt: NOON + 2 * HOUR, stages });
    await turnOn('order_paid');
    expect(await watch('order_paid', id, NOON + 5 * HOUR)).toEqual([]);
  });
});

describe('Order that is paid, and about to be cancelled before it is seen as paid', () => {
  const PAID_AT = NOON + 30 * MINUTE;
  const life: OrderLife = {
    paidAt: PAID_AT,
    stages: [
      [NOON - 10 * MINUTE, PLACED as string],
      [PAID_AT, WAITING as string],
      [PAID_AT + MINUTE, CANCELLING as string],
      [NOON + 6 * HOUR, WAITING as string],
    ],
  };
  beforeEach(() => open());

  test('A workflow that was turned on after the payment is not told when the buyer takes it back', async () => {
    const id = put(life);
    await turnOn('new_order');
    await watch('new_order', id, NOON + 2 * HOUR);
    await turnOn('order_paid');
    expect(await watch('order_paid', id, NOON + 9 * HOUR)).toEqual([]);
  });

  test('A workflow that was turned on before the payment is told when the buyer takes it back', async () => {
    const id = put(life);
    await turnOn('order_paid');
    expect(await watch('order_paid', id, NOON + 9 * HOUR)).toEqual([id]);
  });
});

describe('Order without a date', () => {
  beforeEach(() => open());

  test('An order that waits to be shipped is told as paid although its date of payment is missing', async () => {
    await turnOn('order_paid');
    const placedAt = NOON + HOUR;
    const id = put({
      paidAt: placedAt + HOUR,
      leftOut: ['gmt_pay_time'],
      stages: [
        [placedAt, PLACED as string],
        [placedAt + HOUR, WAITING as string],
      ],
    });
    expect(await watch('order_paid', id, placedAt + 4 * HOUR)).toEqual([id]);
  });

  test('An order without a date of payment that is first seen as about to be cancelled is told once it goes on', async () => {
    await turnOn('order_paid');
    const id = put({
      paidAt: NOON + 30 * MINUTE,
      leftOut: ['gmt_pay_time'],
      stages: [
        [NOON - 5 * DAY, PLACED as string],
        [NOON + 30 * MINUTE, WAITING as string],
        [NOON + 31 * MINUTE, CANCELLING as string],
        [NOON + 6 * HOUR, WAITING as string],
      ],
    });
    expect(await watch('order_paid', id, NOON + 9 * HOUR)).toEqual([id]);
  });

  test('A cancelled order is told although its date of change is missing', async () => {
    const placedAt = NOON - HOUR;
    const id = put({
      leftOut: ['gmt_update'],
      stages: [
        [placedAt, PLACED as string],
        [NOON + 2 * HOUR, ENDED as string, 'buyer_cancel_notpay_order'],
      ],
    });
    await turnOn('order_cancelled');
    expect(await watch('order_cancelled', id, NOON + 16 * HOUR)).toEqual([`${id}/cancelled`]);
  });

  test('An order that was cancelled before the workflow was turned on is not told', async () => {
    const id = put({
      leftOut: ['gmt_update'],
      stages: [
        [NOON - 3 * HOUR, PLACED as string],
        [NOON - HOUR, ENDED as string, 'buyer_cancel_notpay_order'],
      ],
    });
    await turnOn('order_cancelled');
    expect(await watch('order_cancelled', id, NOON + 16 * HOUR)).toEqual([]);
  });
});

describe('Order that goes on after a pause of three days', () => {
  beforeEach(() => open());
  const goesOnAt = NOON + 2 * DAY;
  const afterPause = async (id: string) => {
    await watch('order_paid', id, NOON + 4 * HOUR);
    app.clock.advanceTo(NOON + 3 * DAY);
    return watch('order_paid', id, NOON + 3 * DAY + 4 * HOUR);
  };

  test('One without a date of payment that was in dispute is told as paid', async () => {
    await turnOn('order_paid');
    const id = put({
      paidAt: NOON + 10 * MINUTE,
      leftOut: ['gmt_pay_time'],
      stages: [
        [NOON + 5 * MINUTE, PLACED as string],
        [NOON + 10 * MINUTE, WAITING as string],
        [NOON + 20 * MINUTE, 'IN_ISSUE'],
        [goesOnAt, SHIPPED as string],
      ],
    });
    expect(await afterPause(id)).toEqual([id]);
  });

  test('One that was on hold at first, and about to be cancelled later, is told as paid', async () => {
    const paidAt = NOON - 20 * HOUR;
    const id = put({
      paidAt,
      stages: [
        [paidAt - MINUTE, PLACED as string],
        [paidAt, HELD as string],
        [NOON + 61 * MINUTE, WAITING as string],
        [NOON + 62 * MINUTE, CANCELLING as string],
        [goesOnAt, WAITING as string],
      ],
    });
    await turnOn('order_paid');
    expect(await afterPause(id)).toEqual([id]);
  });

  test('One that was about to be cancelled when the workflow was turned on is not told', async () => {
    const paidAt = NOON - 20 * HOUR;
    const id = put({
      paidAt,
      shippedAt: goesOnAt,
      stages: [
        [paidAt - MINUTE, PLACED as string],
        [paidAt, WAITING as string],
        [NOON - HOUR, CANCELLING as string],
        [NOON + 62 * MINUTE, WAITING as string],
        [goesOnAt, SHIPPED as string],
      ],
    });
    await turnOn('order_paid');
    expect(await afterPause(id)).toEqual([]);
  });

  test('One that was paid before the workflow was turned on is not told', async () => {
    const paidAt = NOON - 20 * HOUR;
    const id = put({
      paidAt,
      leftOut: ['gmt_pay_time'],
      stages: [
        [paidAt - MINUTE, PLACED as string],
        [paidAt, WAITING as string],
        [NOON + 62 * MINUTE, CANCELLING as string],
        [goesOnAt, WAITING as string],
      ],
    });
    await turnOn('order_paid');
    expect(await afterPause(id)).toEqual([]);
  });
});

describe('Order in a pause in which the store forgets the feed', () => {
  beforeEach(() => open());
  const life = (frozenAt: number): OrderLife => ({
    paidAt: NOON - 6 * DAY,
    shippedAt: NOON - 5 * DAY,
    stages: [
      [NOON - 6 * DAY, PLACED as string],
      [NOON - 6 * DAY + MINUTE, WAITING as string],
      [NOON - 5 * DAY, SHIPPED as string],
      [frozenAt, 'IN_FROZEN'],
    ],
  });
  const afterPause = async (id: string) => {
    await turnOn('order_status_changed');
    await watch('order_status_changed', id, NOON + 4 * HOUR);
    app.clock.advanceTo(NOON + 9 * DAY);
    return watch('order_status_changed', id, NOON + 9 * DAY + 4 * HOUR);
  };

  test('One that is frozen meanwhile is told', async () => {
    const id = put(life(NOON + 6 * DAY));
    expect(await afterPause(id)).toEqual([`${id}/IN_FROZEN`]);
  });

  test('One that was frozen before is not told when it is changed otherwise', async () => {
    const { stages, ...rest } = life(NOON - 3 * DAY);
    const id = put({ ...rest, stages: [...stages, [NOON + 6 * DAY, 'IN_FROZEN']] });
    expect(await afterPause(id)).toEqual([]);
  });
});

describe('Status that an order enters again', () => {
  const DISPUTED = 'IN_ISSUE';
  const life = (start: number, other = CANCELLING as string): OrderLife => ({
    paidAt: start,
    stages: [
      [start - MINUTE, PLACED as string],
      [start, WAITING as string],
      [start + 3 * HOUR, other],
      [start + 6 * HOUR, WAITING as string],
      [start + 9 * HOUR, other],
    ],
  });

  test.each([CANCELLING, DISPUTED])(
    'Each entry into %s is told once, and a later one has its number in the id',
    async (status) => {
      await open();
      await turnOn('order_status_changed');
      const id = put(life(NOON + HOUR, status));
      expect(await watch('order_status_changed', id, NOON + 12 * HOUR)).toEqual([
        `${id}/${WAITING}`,
        `${id}/${status}`,
        `${id}/${WAITING}/2`,
        `${id}/${status}/2`,
      ]);
    },
  );

  /** An order that was shipped is frozen, and goes on. */
  const frozenLater = (shippedAt: number, frozenAt: number): OrderLife => ({
    paidAt: shippedAt - 2 * HOUR,
    shippedAt,
    stages: [
      [shippedAt - 3 * HOUR, PLACED as string],
      [shippedAt - 2 * HOUR, WAITING as string],
      [shippedAt, SHIPPED as string],
      [frozenAt, 'IN_FROZEN'],
      [frozenAt + 6 * HOUR, SHIPPED as string],
    ],
  });

  test('An entry has its number also when the record of the first one was forgotten', async () => {
    await open();
    await turnOn('order_status_changed');
    const id = put(frozenLater(NOON + 4 * HOUR, NOON + 3 * DAY));
    expect(await watch('order_status_changed', id, NOON + 3 * DAY + 8 * HOUR, 2 * HOUR)).toEqual([
      `${id}/${WAITING}`,
      `${id}/${SHIPPED}`,
      `${id}/IN_FROZEN`,
      `${id}/${SHIPPED}/2`,
    ]);
  });

  test('An entry that was made in a pause is the first one', async () => {
    await open();
    await turnOn('order_status_changed');
    const id = put(frozenLater(NOON + 8 * HOUR, NOON + 16 * HOUR));
    await watch('order_status_changed', id, NOON + 4 * HOUR);
    app.clock.advanceTo(NOON + 20 * HOUR);
    expect(await watch('order_status_changed', id, NOON + 24 * HOUR)).toEqual([
      `${id}/IN_FROZEN`,
      `${id}/${SHIPPED}`,
    ]);
  });

  test('The number of an entry is remembered when the snapshot is lost', async () => {
    await open();
    await turnOn('order_status_changed');
    const id = put(life(NOON + HOUR));
    await watch('order_status_changed', id, NOON + 7 * HOUR);
    await loseSnapshot();
    expect(await watch('order_status_changed', id, NOON + 12 * HOUR)).toEqual([
      `${id}/${WAITING}/2`,
      `${id}/${CANCELLING}/2`,
    ]);
  });

  async function loseSnapshot() {
    const seller = app.sandbox.accounts.sellerId;
    const day = Math.floor(NOON / DAY) * 10_000;
    for (const key of ['', ':again', ...Array.from({ length: 400 }, (_, n) => `:${day + n}`)])
      await app.store.delete(`app:snap1:${seller}:orders${key}`);
  }
});

test('A shipping deadline that is extended is told again when it comes near again', async () => {
  await open();
  await turnOn('ship_deadline');
  const [waitingAt, extendedAt] = [NOON + HOUR, NOON + 2 * DAY + 12 * HOUR];
  // In the sandbox the deadline is three days after the last of these.
  const id = put({
    paidAt: waitingAt,
    stages: [
      [waitingAt - MINUTE, PLACED as string],
      [waitingAt, WAITING as string],
      [extendedAt, WAITING as string],
    ],
  });
  const idOf = (at: number) => `${id}/ship_by/${new Date(at + 3 * DAY).toISOString().slice(0, 16)}Z`;
  expect(await watch('ship_deadline', id, extendedAt - HOUR, 4 * HOUR)).toEqual([idOf(waitingAt)]);
  expect(await watch('ship_deadline', id, extendedAt + DAY, 4 * HOUR)).toEqual([]);
  expect(await watch('ship_deadline', id, extendedAt + 2 * DAY + 6 * HOUR, 4 * HOUR)).toEqual([
    idOf(extendedAt),
  ]);
});

test('A workflow that is off for two days in a busy shop is told nothing from before it is on again', async () => {
  await open({ ordersPerDay: 500, from: NOON - 12 * HOUR, to: NOON + 3 * DAY });
  await turnOn('new_order');
  app.clock.advanceTo(NOON + 2 * DAY);
  await turnOn('new_order');
  const on = app.clock.now();
  const announced: number[] = [];
  while (app.clock.now() < on + 4 * HOUR) {
    app.clock.advanceTo(app.clock.now() + 15 * MINUTE);
    for (const { placed_at } of await app.poll('new_order')) announced.push(Date.parse(String(placed_at)));
  }
  expect(announced.length).toBeGreaterThan(20);
  expect(Math.min(...announced)).toBeGreaterThan(on);
});
