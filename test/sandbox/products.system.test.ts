import { DAY } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import {
  delistings,
  lowStockPeriods,
  type OfflineReason,
  offlineReasons,
  orderedProducts,
  type Product,
  type ProductStatus,
  productStageAt,
  productStatuses,
  type Sku,
  stockAt,
} from '../../sandbox/products.ts';
import { openShop, type ShopOptions } from '../../sandbox/shop.ts';
import {
  openSandboxShop,
  type Params,
  PRODUCT,
  PRODUCTS,
  type SandboxShop,
} from '../support/sandbox-shop.ts';

const FROM = Date.parse('2026-11-21T00:00:00Z');
const TO = FROM + 7 * DAY;

const shopOf = (changes: Partial<ShopOptions> = {}) =>
  openShop({ seed: 1, curve: 'olist', ordersPerDay: 20, from: FROM, to: TO, historyDays: 45, ...changes });

describe('Products of the sandbox shop', () => {
  const { products, orders } = shopOf();
  const delisted = products.flatMap(delistings);
  const skus = products.flatMap((product) => product.skus);

  test('The same seed gives the same products', () => {
    expect(shopOf({ seed: 7 }).products).toEqual(shopOf({ seed: 7 }).products);
  });

  test('The shop has forty products', () => {
    expect(products).toHaveLength(40);
  });

  test('Every ordered product exists', () => {
    const ids = new Set(products.map(({ id }) => id));
    expect(orders.flatMap(({ lines }) => lines).every(({ productId }) => ids.has(productId))).toBe(true);
  });

  test('Ordered products stay on sale', () => {
    const ordered = products.filter(({ id }) => orderedProducts.some((one) => one.id === id));
    expect(ordered.flatMap(({ stages }) => stages.map(({ status }) => status))).toEqual(
      orderedProducts.map(() => 'onSelling'),
    );
  });

  test('Most products are on sale', () => {
    const onSale = products.filter((product) => productStageAt(product, TO)?.status === 'onSelling');
    expect(onSale.length).toBeGreaterThan(25);
  });

  test('Products have every status', () => {
    const statuses = products.map((product) => productStageAt(product, TO)?.status);
    expect(new Set(statuses)).toEqual(new Set(productStatuses.filter((status) => status !== 'auditing')));
  });

  test('One product is delisted during the run for each reason', () => {
    expect(delisted.map(({ reason }) => reason).sort()).toEqual([...offlineReasons].sort());
    expect(delisted.every(({ at }) => at > FROM && at < TO)).toBe(true);
  });

  test('Only a product that the seller delisted is listed again', () => {
    expect(delisted.filter(({ backAt }) => backAt !== undefined).map(({ reason }) => reason)).toEqual([
      'user_offline',
    ]);
  });

  test('Every SKU code is unique', () => {
    expect(new Set(skus.map(({ code }) => code)).size).toBe(skus.length);
  });

  test('Stock is never negative', () => {
    expect(skus.flatMap(({ levels }) => levels).every(({ stock }) => stock >= 0)).toBe(true);
  });

  test('Stock changes are in time order', () => {
    for (const { levels } of skus) {
      expect(levels.map(({ at }) => at)).toEqual(levels.map(({ at }) => at).toSorted((a, b) => a - b));
    }
  });

  test('The stock of some SKUs runs low during the run', () => {
    const periods = skus.flatMap((sku) => lowStockPeriods(sku, 10));
    expect(periods.filter(({ from }) => from > FROM && from < TO).length).toBeGreaterThan(5);
  });

  test('Low stock is replenished', () => {
    const periods = skus.flatMap((sku) => lowStockPeriods(sku, 10)).filter(({ from }) => from < FROM);
    expect(periods.filter(({ endedAt }) => endedAt !== undefined).length).toBeGreaterThan(5);
  });
});

describe('Stock of a SKU', () => {
  const [template] = shopOf().products[0]?.skus ?? fail();
  const sku: Sku = {
    ...template,
    levels: [
      { at: 100, stock: 12 },
      { at: 200, stock: 9 },
      { at: 300, stock: 4 },
      { at: 400, stock: 60 },
      { at: 500, stock: 10 },
    ],
  };

  test.each([
    [50, 12],
    [100, 12],
    [299, 9],
    [300, 4],
    [900, 10],
  ])('The stock at %d is %d', (now, stock) => {
    expect(stockAt(sku, now)).toBe(stock);
  });

  test('A period of low stock lasts until the stock exceeds the threshold', () => {
    expect(lowStockPeriods(sku, 10)).toEqual([{ from: 200, endedAt: 400 }, { from: 500 }]);
  });

  test('Stock above the threshold is not low', () => {
    expect(lowStockPeriods(sku, 3)).toEqual([]);
  });
});

describe('Products in the sandbox', () => {
  let shop: SandboxShop;
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 1 });
  });
  afterEach(() => shop.close());

  const productsOf = (status: ProductStatus, reason?: OfflineReason) =>
    shop.sandbox.shop.products.filter((product) => {
      const stage = productStageAt(product, shop.clock.now());
      return stage?.status === status && stage.reason === reason;
    });
  const idsIn = (text: string) => [...text.matchAll(/"product_id":(\d+)/g)].map(([, id]) => id);
  const idsOf = (products: readonly Product[]) => products.map(({ id }) => String(id));

  describe('Product list', () => {
    const list = (query: Record<string, unknown> = {}, params: Params = {}) =>
      shop.query(
        PRODUCTS,
        { product_status_type: 'onSelling', current_page: 1, page_size: 99, ...query },
        params,
      );

    test.each<[string, Record<string, unknown>, string]>([
      ['a missing status', { product_status_type: undefined }, 'MissingParameter'],
      ['an unknown status', { product_status_type: 'selling' }, 'InvalidParameter'],
      ['page 0', { current_page: 0 }, 'InvalidParameter'],
      ['pages of 100', { page_size: 100 }, 'InvalidParameter'],
      ['pages of no products', { page_size: 0 }, 'InvalidParameter'],
      ['a product id that is not a number', { product_id: 'tote' }, 'InvalidParameter'],
      ['excepted products that are not a list', { excepted_product_ids: 5 }, 'InvalidParameter'],
      ['an unknown offline reason', { ws_display: 'rain_offline' }, 'InvalidParameter'],
      ['a subject that is not text', { subject: 5 }, 'InvalidParameter'],
      ['days that are not a number', { off_line_time: 'soon' }, 'InvalidParameter'],
      ['a start without an end', { gmt_modified_start: '2026-11-20 00:00:00' }, 'InvalidParameter'],
      ['an unknown field', { status: 'onSelling' }, 'InvalidParameter'],
    ])('The product list rejects %s', async (_, query, code) => {
      expect((await list(query)).code).toBe(code);
    });

    test.each(productStatuses)('The product list returns products with the status %s', async (status) => {
      const wanted = shop.sandbox.shop.products.filter(
        (product) => productStageAt(product, shop.clock.now())?.status === status,
      );
      expect(idsIn((await list({ product_status_type: status })).text)).toEqual(idsOf(wanted));
    });

    test('The product list has 20 products per page by default', async () => {
      const { json } = await list({ page_size: undefined, current_page: undefined });
      expect(json.result.aeop_a_e_product_display_d_t_o_list).toHaveLength(20);
    });

    test('The product list is divided into pages', async () => {
      const pages: string[] = [];
      for (let page = 1; page <= 4; page += 1) {
        pages.push((await list({ page_size: 10, current_page: page })).text);
      }
      expect(pages.flatMap(idsIn)).toEqual(idsOf(productsOf('onSelling')));
    });

    test('The product list counts all products, not only those of the page', async () => {
      const { json } = await list({ page_size: 10 });
      expect(json.result.product_count).toBe(String(productsOf('onSelling').length));
    });

    test('The product list says why and since when a product is offline', async () => {
      const [product] = shop.sandbox.shop.products.filter((one) => delistings(one).length > 0);
      const [{ at, reason } = fail()] = delistings(product ?? fail());
      shop.goTo(at);
      const { json } = await list({ product_status_type: 'offline', product_id: product?.id });
      expect(json.result.aeop_a_e_product_display_d_t_o_list).toMatchObject([
        { ws_display: reason, gmt_modified: toPacific(at), ws_offline_date: toPacific(at) },
      ]);
    });

    test('The product list says when a product on sale expires', async () => {
      const product = shop.sandbox.shop.products.find(
        (one) => delistings(one)[0]?.reason === 'expire_offline',
      );
      const [{ at } = fail()] = delistings(product ?? fail());
      shop.goTo(at - DAY);
      const { json } = await list({ product_id: product?.id });
      expect(json.result.aeop_a_e_product_display_d_t_o_list).toMatchObject([
        { ws_offline_date: toPacific(at) },
      ]);
    });

    test('The product list has no offline reason for a product on sale', async () => {
      const { json } = await list();
      expect(json.result.aeop_a_e_product_display_d_t_o_list[0]).not.toHaveProperty('ws_display');
    });

    test('The product list is filtered by offline reason', async () => {
      const { text } = await list({ product_status_type: 'offline', ws_display: 'violate_offline' });
      expect(idsIn(text)).toEqual(idsOf(productsOf('offline', 'violate_offline')));
    });

    test('The product list is filtered by time of change', async () => {
      const [product] = productsOf('offline', 'violate_offline');
      const written = toPacific((product ?? fail()).stages.at(-1)?.at ?? 0);
      const span = { gmt_modified_start: written, gmt_modified_end: written };
      expect(idsIn((await list({ product_status_type: 'offline', ...span })).text)).toEqual(
        idsOf([product ?? fail()]),
      );
    });

    test('The product list is filtered by creation time', async () => {
      const [product] = productsOf('onSelling');
      const written = toPacific((product ?? fail()).createdAt);
      const { text } = await list({ gmt_create_start: written, gmt_create_end: written });
      expect(idsIn(text)).toEqual(idsOf([product ?? fail()]));
    });

    test('The product list is filtered by words in the subject', async () => {
      const { text } = await list({ subject: 'yoga' });
      expect(idsIn(text)).toEqual(idsOf(productsOf('onSelling').filter(({ name }) => /Yoga/.test(name))));
    });

    test('The product list is filtered by days until expiry', async () => {
      const product = shop.sandbox.shop.products.find(
        (one) => delistings(one)[0]?.reason === 'expire_offline',
      );
      const [{ at } = fail()] = delistings(product ?? fail());
      shop.goTo(at - 1.5 * DAY);
      const ids = async (days: number) => idsIn((await list({ off_line_time: days })).text);
      const id = String(product?.id);
      expect([(await ids(1)).includes(id), (await ids(2)).includes(id)]).toEqual([false, true]);
    });

    test('The product list leaves out excepted products', async () => {
      const [first, ...others] = productsOf('onSelling');
      const { text } = await list({ excepted_product_ids: [first?.id] });
      expect(idsIn(text)).toEqual(idsOf(others));
    });

    test('An empty product list is left out', async () => {
      expect((await list({ product_id: 123_456 })).json.result).toEqual({
        success: true,
        current_page: 1,
        product_count: '0',
        total_page: 0,
      });
    });

    test('The product list contains no stock', async () => {
      expect((await list()).text).not.toContain('stock');
    });

    test('The product list is wrapped unless simplify is set', async () => {
      expect((await list({}, { simplify: undefined })).json).toMatchObject({
        aliexpress_postproduct_redefining_findproductinfolistquery_response: {
          result: {
            aeop_a_e_product_display_d_t_o_list: {
              aeop_ae_product_display_sample_dto: expect.any(Array),
            },
          },
          request_id: expect.any(String),
        },
      });
    });
  });

  describe('Product detail', () => {
    const detail = (product_id: unknown, params: Params = {}) => shop.query(PRODUCT, { product_id }, params);
    const productWhere = (wanted: (sku: Sku) => boolean) =>
      shop.sandbox.shop.products.find(({ skus }) => wanted(skus[0])) ?? fail();

    test('The product detail rejects a request without a product id', async () => {
      expect((await detail(undefined)).code).toBe('MissingParameter');
    });

    test('The product detail rejects a product id that is not a number', async () => {
      expect((await detail('tote')).code).toBe('InvalidParameter');
    });

    test('The product detail is empty for an unknown product', async () => {
      expect((await detail(123_456)).json).toEqual({ code: '0', request_id: expect.any(String) });
    });

    test('The product detail contains the stock of every SKU', async () => {
      const [product] = shop.sandbox.shop.products as [Product];
      const { json } = await detail(product.id);
      expect(json.result.aeop_ae_product_s_k_us).toMatchObject(
        product.skus.map((sku) => ({
          id: sku.path,
          sku_code: sku.code,
          ipm_sku_stock: stockAt(sku, shop.clock.now()),
          sku_price: (sku.priceCents / 100).toFixed(2),
          sku_discount_price: (sku.discountCents / 100).toFixed(2),
        })),
      );
    });

    test('The product detail contains the current stock', async () => {
      const product = productWhere(({ levels }) => levels.some(({ at }) => at > shop.clock.now()));
      const { at, stock } = product.skus[0].levels.find((level) => level.at > shop.clock.now()) ?? fail();
      shop.goTo(Math.ceil(at));
      const { json } = await detail(product.id);
      expect(json.result.aeop_ae_product_s_k_us[0]).toMatchObject({ ipm_sku_stock: stock });
    });

    test.each([
      ['true', 'some are in stock', (stock: number) => stock > 0],
      ['false', 'none are in stock', (stock: number) => stock === 0],
    ])('The product detail says %j as text if %s', async (inStock, _, wanted) => {
      const product = productWhere(({ levels }) => levels.some(({ stock }) => wanted(stock)));
      const level = product.skus[0].levels.find(({ stock }) => wanted(stock)) ?? fail();
      shop.goTo(Math.ceil(level.at) - 1000);
      const { json } = await detail(product.id);
      expect(json.result.aeop_ae_product_s_k_us[0]).toMatchObject({ sku_stock: inStock });
    });

    test('The product detail contains the status and the offline reason', async () => {
      const [product] = productsOf('offline', 'violate_offline');
      expect((await detail(product?.id)).json.result).toMatchObject({
        product_status_type: 'offline',
        ws_display: 'violate_offline',
      });
    });

    test('The product detail is wrapped unless simplify is set', async () => {
      const [product] = shop.sandbox.shop.products as [Product];
      expect((await detail(product.id, { simplify: undefined })).json).toMatchObject({
        aliexpress_offer_product_query_response: {
          result: {
            subject_list: { subject: [{ value: product.name }] },
            aeop_ae_product_s_k_us: { aeop_ae_product_sku: expect.any(Array) },
          },
          request_id: expect.any(String),
        },
      });
    });
  });
});

function fail(): never {
  throw new Error('the shop has no such product');
}
