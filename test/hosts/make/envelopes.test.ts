import { convert, valueAt } from '../../../lib/aliexpress/convert.ts';
import { unwrap } from '../../../lib/aliexpress/envelope.ts';
import { parseJson } from '../../../lib/aliexpress/json.ts';
import type { Method } from '../../../lib/aliexpress/method.ts';
import { disputeList } from '../../../lib/aliexpress/methods/dispute-list.ts';
import { merchantProfile } from '../../../lib/aliexpress/methods/merchant-profile.ts';
import { orderDetail } from '../../../lib/aliexpress/methods/order-detail.ts';
import { orderList } from '../../../lib/aliexpress/methods/order-list.ts';
import { productDetail } from '../../../lib/aliexpress/methods/product-detail.ts';
import { reviewsOfOrders } from '../../../lib/aliexpress/methods/reviews-of-orders.ts';
import { shopHealth } from '../../../lib/aliexpress/methods/shop-health.ts';
import { tracking } from '../../../lib/aliexpress/methods/tracking.ts';
import { dispute } from '../../../lib/aliexpress/records/dispute.ts';
import { order } from '../../../lib/aliexpress/records/order.ts';
import { orderDetailRecord } from '../../../lib/aliexpress/records/order-detail.ts';
import { productDetailRecord } from '../../../lib/aliexpress/records/product-detail.ts';
import { review } from '../../../lib/aliexpress/records/review.ts';
import { shop } from '../../../lib/aliexpress/records/shop.ts';
import { trackingRecord } from '../../../lib/aliexpress/records/tracking.ts';
import * as wire from '../../../lib/aliexpress/wire.ts';
import type { RecordDeclaration } from '../../../lib/pack/record.ts';
import { readAnswerText } from './answers.ts';
import { NOW, useStandIn } from './stand-in.ts';

const ORDER = '8201739405562817';

/** Method → the recorded answer with all its wrappers. */
const recorded: Record<string, string> = {
  [orderList.name]: 'order-list',
  [orderDetail.name]: 'order-detail',
  [productDetail.name]: 'product-detail',
  [reviewsOfOrders.name]: 'reviews',
  [disputeList.name]: 'dispute-list',
  [tracking.name]: 'tracking',
  [merchantProfile.name]: 'merchant-profile',
  [shopHealth.name]: 'shop-health',
};
const answerTo = (method: string): string => readAnswerText(`${recorded[method]}-wrapped`);

const standIn = useStandIn();
beforeAll(() => standIn.answerWith(answerTo));

function payloadOf(method: Method): unknown {
  const unwrapped = unwrap(method.name, parseJson(answerTo(method.name)));
  if (!unwrapped.ok) throw new Error('the recorded answer is an error');
  return unwrapped.payload;
}
const itemsOf = (method: Method): unknown[] =>
  wire.list.parse(valueAt(payloadOf(method), String(method.items)));
const valuesOf = (record: RecordDeclaration, raw: unknown) => convert(record, raw, Date.parse(NOW))?.values;

const asked = {
  logistics_no: 'LP00672918345501',
  out_ref: ORDER,
  service_name: 'CAINIAO_STANDARD',
  to_area: 'ES',
};

test.each<[string, string, Record<string, string | number | string[]>, RecordDeclaration, () => unknown]>([
  [
    'an order',
    'findOrder',
    { order_number: ORDER },
    orderDetailRecord,
    () => valueAt(payloadOf(orderDetail), 'target'),
  ],
  ['orders', 'findOrders', {}, order, () => itemsOf(orderList)[0]],
  [
    'a product',
    'findProduct',
    { product_number: '1005006789012345' },
    productDetailRecord,
    () => valueAt(payloadOf(productDetail), 'result'),
  ],
  ['reviews', 'findReviews', { order_numbers: [ORDER] }, review, () => itemsOf(reviewsOfOrders)[0]],
  ['a dispute', 'findDispute', { line_number: ORDER }, dispute, () => itemsOf(disputeList)[0]],
  [
    'a parcel',
    'trackParcel',
    {
      order_number: ORDER,
      tracking_number: asked.logistics_no,
      carrier: asked.service_name,
      country: asked.to_area,
    },
    trackingRecord,
    () => ({ ...asked, ...wire.record.parse(payloadOf(tracking)) }),
  ],
  [
    'the shop',
    'shopProfile',
    {},
    shop,
    () => ({ profile: payloadOf(merchantProfile), diagnosis: payloadOf(shopHealth) }),
  ],
])(
  'with all its wrappers the answer about %s is understood as on Zapier',
  async (_, module, parameters, record, raw) => {
    const expected = valuesOf(record, raw());
    expect(expected).toBeTruthy();
    expect(await standIn.run(module, parameters)).toEqual([expect.objectContaining({ ...expected })]);
  },
);
