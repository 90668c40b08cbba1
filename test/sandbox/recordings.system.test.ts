import type { Method } from '../../lib/aliexpress/method.ts';
import { abnormalParcels } from '../../lib/aliexpress/methods/abnormal-parcels.ts';
import { disputeDetail } from '../../lib/aliexpress/methods/dispute-detail.ts';
import { disputeList } from '../../lib/aliexpress/methods/dispute-list.ts';
import { merchantProfile } from '../../lib/aliexpress/methods/merchant-profile.ts';
import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { orderList } from '../../lib/aliexpress/methods/order-list.ts';
import { parcelList } from '../../lib/aliexpress/methods/parcel-list.ts';
import { productDetail } from '../../lib/aliexpress/methods/product-detail.ts';
import { productList } from '../../lib/aliexpress/methods/product-list.ts';
import { reviewsOfOrders } from '../../lib/aliexpress/methods/reviews-of-orders.ts';
import { shopHealth } from '../../lib/aliexpress/methods/shop-health.ts';
import { shortTracking } from '../../lib/aliexpress/methods/short-tracking.ts';
import { tokenCreate, tokenRefresh } from '../../lib/aliexpress/methods/token.ts';
import { tracking } from '../../lib/aliexpress/methods/tracking.ts';
import { exchangeOf } from '../../lib/aliexpress/recorded/index.ts';
import { DAY } from '../../lib/runtime.ts';
import { Accounts, TEST_STATUS } from '../../sandbox/accounts.ts';
import { methods } from '../../sandbox/methods/index.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { openShop } from '../../sandbox/shop.ts';
import { defaultVariants } from '../../sandbox/variants.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { keyPaths } from '../support/key-paths.ts';
import { PERSONAL } from '../support/personal.ts';

const NOW = Date.parse('2026-11-11T00:00:00Z');
const shop = openShop({
  seed: 1,
  curve: 'flat',
  ordersPerDay: 40,
  historyDays: 45,
  disputeShare: 0.2,
  from: NOW - 10 * DAY,
  to: NOW,
});

/** An answer of the sandbox. An object among the parameters is sent as JSON. */
const query = ({ name }: Method, params: Record<string, string | object>, now = NOW) => {
  const written = Object.entries(params).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const answer = methods.get(name)?.({
    shop,
    now,
    params: Object.fromEntries(written),
    variants: defaultVariants,
  });
  if (!answer) throw new Error(`the sandbox has no method ${name}`);
  return answer;
};

const pages = { current_page: 1, page_size: 50 };
const month = { create_date_start: toPacific(NOW - 29 * DAY), create_date_end: toPacific(NOW) };

const signIn = () => {
  const accounts = new Accounts(fixedClock(NOW), TEST_STATUS, '2201234567890');
  const answer = accounts.redeem(accounts.issueCode());
  if (!answer) throw new Error('the sandbox did not accept its own code');
  return { answer, refresh: () => accounts.refresh(answer.refresh_token) ?? {} };
};

/** For each method, answers of the sandbox that hold everything that it can return. */
const answers: [method: Method, query: () => object[]][] = [
  [
    orderList,
    () =>
      [{}, { order_status: 'WAIT_BUYER_ACCEPT_GOODS' }].map((status) =>
        query(orderList, { param_aeop_order_query: { ...pages, ...month, ...status } }),
      ),
  ],
  [
    orderDetail,
    () => shop.orders.slice(-600).map(({ id }) => query(orderDetail, { param1: { order_id: Number(id) } })),
  ],
  [
    reviewsOfOrders,
    () => {
      const parent_order_ids = [...shop.reviews.keys()].slice(0, 50).map(Number);
      return [query(reviewsOfOrders, { trade_evaluation_request: { parent_order_ids } })];
    },
  ],
  [
    tracking,
    () =>
      [...shop.parcels.values()].slice(0, 50).map(({ trackingNumber, order, carrier }) =>
        query(tracking, {
          logistics_no: trackingNumber,
          out_ref: String(order.id),
          service_name: carrier.key,
          to_area: order.country,
          origin: 'ESCROW',
        }),
      ),
  ],
  [
    shortTracking,
    () =>
      shop.parcels
        .slice(0, 50)
        .map(({ trackingNumber, order }) =>
          query(shortTracking, { mailNo: trackingNumber, tradeOrderId: String(order.id), locale: 'en_US' }),
        ),
  ],
  [parcelList, () => [query(parcelList, { current_page: '1', page_size: '50' })]],
  [
    abnormalParcels,
    () =>
      shop.parcels.flatMap(({ abnormalities }) =>
        abnormalities.map(({ from }) => query(abnormalParcels, { current_page: '1' }, from)),
      ),
  ],
  [disputeList, () => [query(disputeList, { query_dto: pages })]],
  [
    disputeDetail,
    () =>
      [...shop.disputes.values()].map(({ id, order }) =>
        query(disputeDetail, { issue_id: String(id), buyer_login_id: order.buyer.login }),
      ),
  ],
  [
    productList,
    () => [
      query(productList, {
        aeop_a_e_product_list_query: { product_status_type: 'offline', current_page: 1 },
      }),
    ],
  ],
  [productDetail, () => shop.products.map(({ id }) => query(productDetail, { product_id: String(id) }))],
  [merchantProfile, () => [query(merchantProfile, {})]],
  [shopHealth, () => [query(shopHealth, {})]],
  [tokenCreate, () => [signIn().answer]],
  [tokenRefresh, () => [signIn().refresh()]],
];

/** Keys that stand next to a payload. */
const ENVELOPE = ['code', 'request_id'];
const isPersonal = (path: string) => path.split(/[.[\]]+/).some((key) => PERSONAL.test(key));

test.each(answers.map(([method, all]) => [method.name, method, all] as const))(
  'The sandbox answers %s with the keys of the recording, except for personal data',
  (_, method, all) => {
    const sent = [...new Set(all().flatMap((answer) => keyPaths(answer)))];
    const recorded = keyPaths(exchangeOf(method).response.body);
    expect(sent.filter((path) => !isPersonal(path) && !ENVELOPE.includes(path)).sort()).toEqual(
      recorded.filter((path) => !ENVELOPE.includes(path)).sort(),
    );
  },
);
