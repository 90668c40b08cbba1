import { productDetail } from '../../../lib/aliexpress/methods/product-detail.ts';
import { recordedItem } from '../../../lib/aliexpress/recorded/samples.ts';
import { productDetailRecord } from '../../../lib/aliexpress/records/product-detail.ts';
import { recordsIn } from '../../support/read-answer.ts';

const read = (answer: object) => recordsIn(productDetail, productDetailRecord, answer)[0];
const detailed = (more: object) => read({ result: { product_id: 1005006789012345, ...more } })?.values;

describe('Record product_detail', () => {
  test('The sample of a product detail has every field', () => {
    expect(recordedItem(productDetailRecord)).toEqual({
      product_id: '1005006789012345',
      product_name: 'Canvas Tote Bag with Zipper',
      status: 'onSelling',
      status_name: 'on sale',
      status_name_zh: '正在销售',
      offline_reason: null,
      offline_reason_name: null,
      offline_reason_name_zh: null,
      offline_at: '2027-01-03T04:17:24Z',
      price: 9.9,
      currency: 'USD',
      updated_at: '2026-11-20T13:41:09Z',
      image_url: 'https://ae01.alicdn.com/kf/H1a2b3c4d.jpg',
      total_stock: 14,
      skus: [
        { sku_code: 'TOTE-NAVY-M', sku_properties: '14:193', stock: 14, price: 11.75, currency: 'USD' },
        { sku_code: 'TOTE-WHITE-M', sku_properties: '14:29', stock: 0, price: 9.9, currency: 'USD' },
      ],
    });
  });

  test('A field that AliExpress leaves out of a product detail is null or empty', () => {
    const { product_id, skus, ...others } = detailed({ category_id: 200002101 }) ?? {};
    expect([skus, Object.values(others).filter((value) => value !== null)]).toEqual([[], []]);
  });

  test('A product with a SKU of unknown stock has no total stock', () => {
    const skus = [{ id: '14:193', ipm_sku_stock: 14 }, { id: '14:29' }];
    expect(detailed({ aeop_ae_product_s_k_us: skus })?.total_stock).toBeNull();
  });
});
