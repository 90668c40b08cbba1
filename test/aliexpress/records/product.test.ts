import { convert } from '../../../lib/aliexpress/convert.ts';
import { productList } from '../../../lib/aliexpress/methods/product-list.ts';
import { recordedItem } from '../../../lib/aliexpress/recorded/samples.ts';
import { delistedProduct, delistedProductRecord } from '../../../lib/aliexpress/records/delisted-product.ts';
import { product } from '../../../lib/aliexpress/records/product.ts';
import { recordsIn } from '../../support/read-answer.ts';

const read = (answer: object) => recordsIn(productList, product, answer);
const listed = (...rows: object[]) =>
  read({ result: { product_count: rows.length, total_page: 1, aeop_a_e_product_display_d_t_o_list: rows } });

describe('Record product', () => {
  test('The sample of a product is a product that was just put on sale', () => {
    expect(recordedItem(product)).toEqual({
      product_id: '1005006789012345',
      product_name: 'Canvas Tote Bag with Zipper',
      status: 'onSelling',
      status_name: 'on sale',
      status_name_zh: '正在销售',
      offline_reason: null,
      offline_reason_name: null,
      offline_reason_name_zh: null,
      offline_at: '2027-05-20T00:08:21Z',
      min_price: 9.9,
      max_price: 11.75,
      currency: 'USD',
      created_at: '2026-11-21T01:03:40Z',
      updated_at: '2026-11-21T01:08:21Z',
      image_url: 'https://ae01.alicdn.com/kf/H1a2b3c4d.jpg',
    });
  });

  test('A field that AliExpress leaves out of a product is null', () => {
    const { product_id, ...others } = listed({ product_id: 1005006789012345 })[0]?.values ?? {};
    expect(Object.values(others).filter((value) => value !== null)).toEqual([]);
  });

  test('A product on sale has no offline reason', () => {
    const { offline_reason, offline_reason_name, offline_reason_name_zh } =
      listed({ product_id: 1, ws_display: '0' })[0]?.values ?? {};
    expect([offline_reason, offline_reason_name, offline_reason_name_zh]).toEqual([null, null, null]);
  });

  test('A product whose offline reason is "0" was removed for its status', () => {
    const removed = convert(
      delistedProductRecord,
      delistedProduct('offline', { product_id: 1, ws_display: '0' }, 1),
      1,
    );
    expect(removed?.values.removal_reason).toBe('offline');
  });

  test('A product has the characters that its title was written with, and its first currency', () => {
    const { product_name, currency } =
      listed({ product_id: 1, subject: 'Mugs &amp; Cups', currency_code: 'USD;RUB' })[0]?.values ?? {};
    expect([product_name, currency]).toEqual(['Mugs & Cups', 'USD']);
  });

  test('A product without an id does not affect the others', () => {
    const ids = listed({ subject: 'Bag' }, { product_id: 2 }).map((found) => found?.values.product_id);
    expect(ids).toEqual([undefined, '2']);
  });
});

test.each([{}, { aeop_a_e_product_display_d_t_o_list: 'N/A' }, { aeop_a_e_product_display_d_t_o_list: {} }])(
  'The answer %j is a list without products',
  (empty) => {
    expect(read({ result: { success: true, product_count: 0, total_page: 0, ...empty } })).toEqual([]);
  },
);
