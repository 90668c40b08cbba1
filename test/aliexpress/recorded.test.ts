import { convert, valueAt } from '../../lib/aliexpress/convert.ts';
import { createGateway } from '../../lib/aliexpress/gateway.ts';
import type { ListMethod, Method } from '../../lib/aliexpress/method.ts';
import { disputeDetail } from '../../lib/aliexpress/methods/dispute-detail.ts';
import { disputeList } from '../../lib/aliexpress/methods/dispute-list.ts';
import { methods } from '../../lib/aliexpress/methods/index.ts';
import { merchantProfile } from '../../lib/aliexpress/methods/merchant-profile.ts';
import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { orderList } from '../../lib/aliexpress/methods/order-list.ts';
import { productDetail } from '../../lib/aliexpress/methods/product-detail.ts';
import { productList } from '../../lib/aliexpress/methods/product-list.ts';
import { reviewsOfOrders } from '../../lib/aliexpress/methods/reviews-of-orders.ts';
import { shopHealth } from '../../lib/aliexpress/methods/shop-health.ts';
import { tokenCreate } from '../../lib/aliexpress/methods/token.ts';
import { tracking } from '../../lib/aliexpress/methods/tracking.ts';
import { answerOf, exchangeOf } from '../../lib/aliexpress/recorded/index.ts';
import { dispute } from '../../lib/aliexpress/records/dispute.ts';
import { disputeDetailRecord } from '../../lib/aliexpress/records/dispute-detail.ts';
import { order } from '../../lib/aliexpress/records/order.ts';
import { orderDetailRecord } from '../../lib/aliexpress/records/order-detail.ts';
import { listedProduct, product } from '../../lib/aliexpress/records/product.ts';
import { productDetailRecord } from '../../lib/aliexpress/records/product-detail.ts';
import { review } from '../../lib/aliexpress/records/review.ts';
import { shop } from '../../lib/aliexpress/records/shop.ts';
import { trackedParcel, trackingRecord } from '../../lib/aliexpress/records/tracking.ts';
import * as wire from '../../lib/aliexpress/wire.ts';
import type { Field, RecordDeclaration } from '../../lib/pack/record.ts';
import { enveloped } from '../support/enveloped.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { keyPaths } from '../support/key-paths.ts';
import { PERSONAL } from '../support/personal.ts';
import { readAnswer, recordsIn } from '../support/read-answer.ts';
import { answered, formOf, scriptedTransport } from '../support/scripted-transport.ts';

const SYSTEM_PARAMETERS = ['app_key', 'sign_method', 'timestamp', 'sign', 'method', 'simplify', 'session'];

/** Sends the recorded request through the gateway, to a transport that returns the recorded answer. */
async function replay(method: Method) {
  const { request, response } = exchangeOf(method);
  const { transport, sent } = scriptedTransport(answered(response.body, response.status));
  const gateway = createGateway({
    baseUrl: 'https://api-sg.aliexpress.com',
    appKey: '123456',
    appSecret: 'secret',
    transport,
    clock: fixedClock('2026-11-21T02:10:00Z'),
  });
  const { answer } = await gateway.call(method, request, { lane: 'interactive' });
  const params = Object.entries(formOf(sent[0])).filter(([key]) => !SYSTEM_PARAMETERS.includes(key));
  return { answer, params: Object.fromEntries(params) };
}

describe('Recorded exchange', () => {
  test.each(methods.map((method) => [method.name, method] as const))(
    'The request of %s is sent as recorded',
    async (_, method) => {
      expect((await replay(method)).params).toEqual(exchangeOf(method).sent);
    },
  );

  test.each(methods.map((method) => [method.name, method] as const))(
    'The answer of %s is accepted by the gateway',
    async (_, method) => {
      expect((await replay(method)).answer).toEqual(answerOf(method));
    },
  );

  test.each(methods.map((method) => [method.name, method] as const))(
    'The answer of %s holds no data of a buyer',
    (_, method) => {
      const keys = keyPaths(exchangeOf(method).response.body).flatMap((path) => path.split('.'));
      expect(keys.filter((key) => PERSONAL.test(key))).toEqual([]);
    },
  );
});

/** A record, the method whose answers hold it, and what is added to an item of the answer before it is read. */
const sources: [RecordDeclaration, ListMethod, toRaw?: (item: unknown) => unknown][] = [
  [order, orderList],
  [orderDetailRecord, orderDetail],
  [review, reviewsOfOrders],
  [
    trackingRecord,
    tracking,
    (item) => trackedParcel({ trackingNumber: 'LP00672918345501', orderId: '8201739405562817' }, item),
  ],
  [dispute, disputeList],
  [disputeDetailRecord, disputeDetail],
  [product, productList, (item) => listedProduct('offline', item)],
  [productDetailRecord, productDetail],
];

/** Every place that a field reads, from the raw object of its record on. */
function placesOf(field: Field, at = ''): string[] {
  const from = at ? `${at}[].${field.from}` : field.from;
  if ('items' in field) return Object.values(field.items).flatMap((inner) => placesOf(inner, from));
  if ('of' in field) return [`${from}[].${field.of}`];
  const { pick = undefined } = 'pick' in field ? field : {};
  return [pick ? `${from}[].${pick.of}` : from];
}

/** The values at a place, whatever list they are in. */
function valuesAt(raw: unknown, place: string): unknown[] {
  const [path = '', ...rest] = place.split('[].');
  const found = valueAt(raw, path);
  if (rest.length === 0) return found === undefined ? [] : [found];
  return (wire.list.safeParse(found).data ?? []).flatMap((item) => valuesAt(item, rest.join('[].')));
}

describe.each(sources.map((source) => [source[0].key, ...source] as const))(
  'Recorded answer with the record %s',
  (_, record, method, toRaw = (item: unknown) => item) => {
    const raws = answerOf(method).items.map(toRaw);

    test.each(
      Object.entries(record.fields).flatMap(([key, field]) =>
        placesOf(field).map((place) => [key, place] as const),
      ),
    )('The field %s is in the recording at %s', (_key, place) => {
      expect(raws.flatMap((raw) => valuesAt(raw, place))).not.toEqual([]);
    });

    test(`Every ${record.key} is readable`, () => {
      const read = recordsIn(method, record, exchangeOf(method).response.body, toRaw);
      expect(read.map((found) => found?.unreadable)).toEqual(read.map(() => []));
    });

    test(`Every ${record.key} is the same in an envelope`, () => {
      const plain = recordsIn(method, record, exchangeOf(method).response.body, toRaw);
      expect(recordsIn(method, record, enveloped(method), toRaw)).toEqual(plain);
    });

    test(`No ${record.key} holds data of the buyer`, () => {
      const read = recordsIn(method, record, enveloped(method), toRaw);
      expect(JSON.stringify(read)).not.toContain('CANARY');
    });
  },
);

describe('Recorded answers with the record shop', () => {
  const { sellerId } = answerOf(tokenCreate);
  const read = (profile: object, diagnosis: object) =>
    convert(
      shop,
      {
        seller_id: sellerId,
        profile: readAnswer(merchantProfile, profile),
        diagnosis: readAnswer(shopHealth, diagnosis),
      },
      0,
    );
  const plain = () => read(exchangeOf(merchantProfile).response.body, exchangeOf(shopHealth).response.body);

  test.each(Object.entries(shop.fields).map(([key, { from }]) => [key, from] as const))(
    'The field %s is in the recordings at %s',
    (_, place) => {
      const raw = {
        seller_id: sellerId,
        profile: answerOf(merchantProfile),
        diagnosis: answerOf(shopHealth),
      };
      expect(valuesAt(raw, place)).not.toEqual([]);
    },
  );

  test('The shop is readable', () => {
    expect(plain()?.unreadable).toEqual([]);
  });

  test('The shop is the same in an envelope', () => {
    expect(read(enveloped(merchantProfile), enveloped(shopHealth))).toEqual(plain());
  });

  test('The shop holds no data of the person who signs in', () => {
    expect(JSON.stringify(read(enveloped(merchantProfile), enveloped(shopHealth)))).not.toContain('CANARY');
  });
});
