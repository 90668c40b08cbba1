import { toPacific } from '../../sandbox/pacific.ts';
import {
  lowStockSpells,
  type OfflineCause,
  offlineCauses,
  offShelfMoments,
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

const DAY = 86_400_000;
const FROM = Date.parse('2026-11-21T00:00:00Z');
const TO = FROM + 7 * DAY;

const shopOf = (changes: Partial<ShopOptions> = {}) =>
  openShop({ seed: 1, curve: 'olist', ordersPerDay: 20, from: FROM, to: TO, historyDays: 45, ...changes });

describe('The products of the sandbox shop', () => {
  const { products, orders } = shopOf();
  const offShelf = products.flatMap(offShelfMoments);
  const skus = products.flatMap((product) => product.skus);

  test('are the same for the same seed', () => {
    expect(shopOf({ seed: 7 }).products).toEqual(shopOf({ seed: 7 }).products);
  });

  test('are about forty', () => {
    expect(products).toHaveLength(40);
  });

  test('are all that orders are placed for, and others', () => {
    const ids = new Set(products.map(({ id }) => id));
    expect(orders.flatMap(({ lines }) => lines).every(({ productId }) => ids.has(productId))).toBe(true);
  });

  test('that orders are placed for stay on sale', () => {
    const ordered = products.filter(({ id }) => orderedProducts.some((one) => one.id === id));
    expect(ordered.flatMap(({ stages }) => stages.map(({ status }) => status))).toEqual(
      orderedProducts.map(() => 'onSelling'),
    );
  });

  test('are mostly on sale', () => {
    const onSale = products.filter((product) => productStageAt(product, TO)?.status === 'onSelling');
    expect(onSale.length).toBeGreaterThan(25);
  });

  test('are of every status', () => {
    const statuses = products.map((product) => productStageAt(product, TO)?.status);
    expect(new Set(statuses)).toEqual(new Set(productStatuses.filter((status) => status !== 'auditing')));
  });

  test('go off the shelf for every cause while one looks on', () => {
    expect(offShelf.map(({ cause }) => cause).sort()).toEqual([...offlineCauses].sort());
    expect(offShelf.every(({ at }) => at > FROM && at < TO)).toBe(true);
  });

  test('come back where the seller took them down', () => {
    expect(offShelf.filter(({ backAt }) => backAt !== undefined).map(({ cause }) => cause)).toEqual([
      'user_offline',
    ]);
  });

  test('have codes of their own for every variant', () => {
    expect(new Set(skus.map(({ code }) => code)).size).toBe(skus.length);
  });

  test('never have less than nothing in stock', () => {
    expect(skus.flatMap(({ levels }) => levels).every(({ stock }) => stock >= 0)).toBe(true);
  });

  test('have their stock change in the order of time', () => {
    for (const { levels } of skus) {
      expect(levels.map(({ at }) => at)).toEqual(levels.map(({ at }) => at).toSorted((a, b) => a - b));
    }
  });

  test('run low while one looks on', () => {
    const spells = skus.flatMap((sku) => lowStockSpells(sku, 10));
    expect(spells.filter(({ from }) => from > FROM && from < TO).length).toBeGreaterThan(5);
  });

  test('are filled up again', () => {
    const spells = skus.flatMap((sku) => lowStockSpells(sku, 10)).filter(({ from }) => from < FROM);
    expect(spells.filter(({ endedAt }) => endedAt !== undefined).length).toBeGreaterThan(5);
  });
});

describe('A variant of a product', () => {
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
  ])('has at %d a stock of %d', (now, stock) => {
    expect(stockAt(sku, now)).toBe(stock);
  });

  test('is low from the moment its stock falls to the threshold until it rises above it', () => {
    expect(lowStockSpells(sku, 10)).toEqual([{ from: 200, endedAt: 400 }, { from: 500 }]);
  });

  test('is not low above the threshold', () => {
    expect(lowStockSpells(sku, 3)).toEqual([]);
  });
});

describe('In the sandbox', () => {
  let shop: SandboxShop;
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 1 });
  });
  afterEach(() => shop.close());

  const productsOf = (status: ProductStatus, cause?: OfflineCause) =>
    shop.sandbox.shop.products.filter((product) => {
      const stage = productStageAt(product, shop.clock.now());
      return stage?.status === status && stage.cause === cause;
    });
  const idsIn = (text: string) => [...text.matchAll(/"product_id":(\d+)/g)].map(([, id]) => id);
  const idsOf = (products: readonly Product[]) => products.map(({ id }) => String(id));

  describe('the list of products', () => {
    const list = (query: Record<string, unknown> = {}, params: Params = {}) =>
      shop.ask(
        PRODUCTS,
        { product_status_type: 'onSelling', current_page: 1, page_size: 99, ...query },
        params,
      );

    test.each<[string, Record<string, unknown>, string]>([
      ['no status', { product_status_type: undefined }, 'MissingParameter'],
      ['a status it does not know', { product_status_type: 'selling' }, 'InvalidParameter'],
      ['page 0', { current_page: 0 }, 'InvalidParameter'],
      ['pages of 100', { page_size: 100 }, 'InvalidParameter'],
      ['pages of none', { page_size: 0 }, 'InvalidParameter'],
      ['a product that is no number', { product_id: 'tote' }, 'InvalidParameter'],
      ['products to leave out that are no list', { excepted_product_ids: 5 }, 'InvalidParameter'],
      ['a cause it does not know', { ws_display: 'rain_offline' }, 'InvalidParameter'],
      ['a subject that is no text', { subject: 5 }, 'InvalidParameter'],
      ['days that are no number', { off_line_time: 'soon' }, 'InvalidParameter'],
      ['a start without an end', { gmt_modified_start: '2026-11-20 00:00:00' }, 'InvalidParameter'],
      ['a field it does not know', { status: 'onSelling' }, 'InvalidParameter'],
    ])('refuses %s', async (_, query, code) => {
      expect((await list(query)).code).toBe(code);
    });

    test.each(productStatuses)('has the products that are %s', async (status) => {
      const wanted = shop.sandbox.shop.products.filter(
        (product) => productStageAt(product, shop.clock.now())?.status === status,
      );
      expect(idsIn((await list({ product_status_type: status })).text)).toEqual(idsOf(wanted));
    });

    test('has 20 on a page unless it is asked otherwise', async () => {
      const { json } = await list({ page_size: undefined, current_page: undefined });
      expect(json.result.aeop_a_e_product_display_d_t_o_list).toHaveLength(20);
    });

    test('comes in pages', async () => {
      const pages: string[] = [];
      for (let page = 1; page <= 4; page += 1) {
        pages.push((await list({ page_size: 10, current_page: page })).text);
      }
      expect(pages.flatMap(idsIn)).toEqual(idsOf(productsOf('onSelling')));
    });

    test('counts the products, not those of the page', async () => {
      const { json } = await list({ page_size: 10 });
      expect(json.result.product_count).toBe(String(productsOf('onSelling').length));
    });

    test('says why a product is offline, and since when', async () => {
      const [product] = shop.sandbox.shop.products.filter((one) => offShelfMoments(one).length > 0);
      const [{ at, cause } = fail()] = offShelfMoments(product ?? fail());
      shop.goTo(at);
      const { json } = await list({ product_status_type: 'offline', product_id: product?.id });
      expect(json.result.aeop_a_e_product_display_d_t_o_list).toMatchObject([
        { ws_display: cause, gmt_modified: toPacific(at), ws_offline_date: toPacific(at) },
      ]);
    });

    test('says of a product on sale until when it is listed', async () => {
      const product = shop.sandbox.shop.products.find(
        (one) => offShelfMoments(one)[0]?.cause === 'expire_offline',
      );
      const [{ at } = fail()] = offShelfMoments(product ?? fail());
      shop.goTo(at - DAY);
      const { json } = await list({ product_id: product?.id });
      expect(json.result.aeop_a_e_product_display_d_t_o_list).toMatchObject([
        { ws_offline_date: toPacific(at) },
      ]);
    });

    test('has no cause for a product on sale', async () => {
      const { json } = await list();
      expect(json.result.aeop_a_e_product_display_d_t_o_list[0]).not.toHaveProperty('ws_display');
    });

    test('has those with the cause that is asked for', async () => {
      const { text } = await list({ product_status_type: 'offline', ws_display: 'violate_offline' });
      expect(idsIn(text)).toEqual(idsOf(productsOf('offline', 'violate_offline')));
    });

    test('has those that changed in the time that is asked for', async () => {
      const [product] = productsOf('offline', 'violate_offline');
      const moment = toPacific((product ?? fail()).stages.at(-1)?.at ?? 0);
      const span = { gmt_modified_start: moment, gmt_modified_end: moment };
      expect(idsIn((await list({ product_status_type: 'offline', ...span })).text)).toEqual(
        idsOf([product ?? fail()]),
      );
    });

    test('has those that were made in the time that is asked for', async () => {
      const [product] = productsOf('onSelling');
      const moment = toPacific((product ?? fail()).createdAt);
      const { text } = await list({ gmt_create_start: moment, gmt_create_end: moment });
      expect(idsIn(text)).toEqual(idsOf([product ?? fail()]));
    });

    test('has those whose subject has the words that are asked for', async () => {
      const { text } = await list({ subject: 'yoga' });
      expect(idsIn(text)).toEqual(idsOf(productsOf('onSelling').filter(({ name }) => /Yoga/.test(name))));
    });

    test('has those that expire within the days that are asked for', async () => {
      const product = shop.sandbox.shop.products.find(
        (one) => offShelfMoments(one)[0]?.cause === 'expire_offline',
      );
      const [{ at } = fail()] = offShelfMoments(product ?? fail());
      shop.goTo(at - 1.5 * DAY);
      const ids = async (days: number) => idsIn((await list({ off_line_time: days })).text);
      const id = String(product?.id);
      expect([(await ids(1)).includes(id), (await ids(2)).includes(id)]).toEqual([false, true]);
    });

    test('leaves out those that are named', async () => {
      const [first, ...others] = productsOf('onSelling');
      const { text } = await list({ excepted_product_ids: [first?.id] });
      expect(idsIn(text)).toEqual(idsOf(others));
    });

    test('is left out where it is empty', async () => {
      expect((await list({ product_id: 123_456 })).json.result).toEqual({
        success: true,
        current_page: 1,
        product_count: '0',
        total_page: 0,
      });
    });

    test('has no stock', async () => {
      expect((await list()).text).not.toContain('stock');
    });

    test('is wrapped unless it is asked to be simplified', async () => {
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

  describe('one product', () => {
    const detail = (product_id: unknown, params: Params = {}) => shop.ask(PRODUCT, { product_id }, params);
    const productWhere = (wanted: (sku: Sku) => boolean) =>
      shop.sandbox.shop.products.find(({ skus }) => wanted(skus[0])) ?? fail();

    test('is asked for by its number', async () => {
      expect((await detail(undefined)).code).toBe('MissingParameter');
    });

    test('is not asked for by its name', async () => {
      expect((await detail('tote')).code).toBe('InvalidParameter');
    });

    test('is not there for a number of none', async () => {
      expect((await detail(123_456)).json).toEqual({ code: '0', request_id: expect.any(String) });
    });

    test('has the stock of every variant', async () => {
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

    test('has a stock that follows the sales', async () => {
      const product = productWhere(({ levels }) => levels.some(({ at }) => at > shop.clock.now()));
      const { at, stock } = product.skus[0].levels.find((level) => level.at > shop.clock.now()) ?? fail();
      shop.goTo(Math.ceil(at));
      const { json } = await detail(product.id);
      expect(json.result.aeop_ae_product_s_k_us[0]).toMatchObject({ ipm_sku_stock: stock });
    });

    test.each([
      ['true', 'there is some', (stock: number) => stock > 0],
      ['false', 'there is none', (stock: number) => stock === 0],
    ])('says %j, as text, where %s', async (inStock, _, wanted) => {
      const product = productWhere(({ levels }) => levels.some(({ stock }) => wanted(stock)));
      const level = product.skus[0].levels.find(({ stock }) => wanted(stock)) ?? fail();
      shop.goTo(Math.ceil(level.at) - 1000);
      const { json } = await detail(product.id);
      expect(json.result.aeop_ae_product_s_k_us[0]).toMatchObject({ sku_stock: inStock });
    });

    test('says whether it is on sale', async () => {
      const [product] = productsOf('offline', 'violate_offline');
      expect((await detail(product?.id)).json.result).toMatchObject({
        product_status_type: 'offline',
        ws_display: 'violate_offline',
      });
    });

    test('is wrapped unless it is asked to be simplified', async () => {
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
