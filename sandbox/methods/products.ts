/** The list of products by status, and the detail of one with its stock. See docs/aliexpress.md#products-and-stock. */

import { DAY } from '../../lib/runtime.ts';
import { toPacific } from '../pacific.ts';
import {
  offlineReasons,
  type Product,
  type ProductStage,
  productStageAt,
  productStatuses,
  type Sku,
  stockAt,
} from '../products.ts';
import type { Variants } from '../variants.ts';
import { pageOf } from './paged.ts';
import {
  type Context,
  id,
  ids,
  integer,
  jsonQuery,
  oneOf,
  pacificRange,
  required,
  text,
  within,
} from './query.ts';
import { decimal, listed, WireList } from './wire.ts';

const LISTED_FOR_MS = 30 * DAY;

export function productList({ shop, now, params, listFault, variants }: Context) {
  const query = jsonQuery(params, 'aeop_a_e_product_list_query', [
    'product_status_type',
    'current_page',
    'page_size',
    'product_id',
    'excepted_product_ids',
    'subject',
    'ws_display',
    'off_line_time',
    'gmt_create_start',
    'gmt_create_end',
    'gmt_modified_start',
    'gmt_modified_end',
  ]);
  const status = required(oneOf(query, 'product_status_type', productStatuses), 'product_status_type');
  const page = integer(query, 'current_page', 1, Number.MAX_SAFE_INTEGER, 1);
  const size = integer(query, 'page_size', 1, 99, 20);
  const product = id(query, 'product_id');
  const excepted = ids(query, 'excepted_product_ids', 100) ?? [];
  const subject = text(query, 'subject');
  const display = oneOf(query, 'ws_display', offlineReasons);
  const expiresInDays = integer(query, 'off_line_time', 1, 365, 365);
  const created = pacificRange(query, 'gmt_create_start', 'gmt_create_end');
  const modified = pacificRange(query, 'gmt_modified_start', 'gmt_modified_end');

  const found = shop.products
    .flatMap((item) => {
      const stage = productStageAt(item, now);
      return stage ? [{ item, stage }] : [];
    })
    .filter(
      ({ item, stage }) =>
        stage.status === status &&
        (!product || product === String(item.id)) &&
        !excepted.includes(String(item.id)) &&
        (!subject || item.name.toLowerCase().includes(subject.toLowerCase())) &&
        listedUntil(item, stage, now) <= now + expiresInDays * DAY &&
        (!display || display === stage.reason) &&
        (!created || within(item.createdAt, created)) &&
        (!modified || within(modifiedAt(item, stage, variants), modified)),
    );
  const { rows, total, pages } = pageOf(found, page, size, listFault);
  return {
    result: {
      success: true,
      current_page: page,
      product_count: String(total),
      total_page: pages,
      ...listed(
        'aeop_a_e_product_display_d_t_o_list',
        'aeop_ae_product_display_sample_dto',
        rows.map(({ item, stage }) => ({
          ...common(item, stage, now, variants),
          subject: item.name,
          product_type: 'POP',
          src: 'isv',
          product_min_price: decimal(Math.min(...item.skus.map(({ priceCents }) => priceCents))),
          product_max_price: decimal(Math.max(...item.skus.map(({ priceCents }) => priceCents))),
          owner_member_id: 'canarymerchant',
        })),
      ),
    },
  };
}

export function productDetail({ shop, now, params, variants }: Context) {
  const wanted = required(id(params, 'product_id'), 'product_id');
  const product = shop.products.find((candidate) => String(candidate.id) === wanted);
  const stage = product && productStageAt(product, now);
  if (!product || !stage) return {};
  return {
    result: {
      ...common(product, stage, now, variants),
      product_status_type: stage.status,
      product_price: decimal(product.skus[0].priceCents),
      is_pack_sell: 'false',
      package_type: 'false',
      subject_list: new WireList('subject', [{ locale: 'en_US', value: product.name }]),
      aeop_ae_product_s_k_us: new WireList(
        'aeop_ae_product_sku',
        product.skus.map((sku) => skuRow(sku, now)),
      ),
    },
  };
}

/** The fields that the list and the detail share. */
const common = (product: Product, stage: ProductStage, now: number, variants: Variants) => ({
  product_id: product.id,
  currency_code: 'USD',
  image_u_r_ls: [1, 2].map((n) => `https://ae01.alicdn.com/kf/${product.id}-${n}.jpg`).join(';'),
  gmt_create: toPacific(product.createdAt),
  gmt_modified: toPacific(modifiedAt(product, stage, variants)),
  ...(stage.reason && { ws_display: stage.reason }),
  ws_offline_date: toPacific(listedUntil(product, stage, now)),
  freight_template_id: 1000,
});

/** AliExpress does not say whether its own removal of a product counts as a change. */
function modifiedAt(product: Product, stage: ProductStage, { takeDownMovesModified }: Variants): number {
  const isTakenDown = !SELLERS_OWN.includes(stage.status) && stage.reason !== 'user_offline';
  if (!isTakenDown || takeDownMovesModified) return stage.at;
  return product.stages[product.stages.indexOf(stage) - 1]?.at ?? product.createdAt;
}

/** The product is as the seller left it. */
const SELLERS_OWN: readonly string[] = ['onSelling', 'auditing'];

/** When the product goes or went offline. Listings are renewed every 30 days, except the one that will expire. */
function listedUntil({ stages }: Product, { at, reason }: ProductStage, now: number): number {
  if (reason) return at;
  const expiry = stages.find((stage) => stage.at > now && stage.reason === 'expire_offline');
  return expiry?.at ?? at + Math.ceil((now - at + 1) / LISTED_FOR_MS) * LISTED_FOR_MS;
}

function skuRow(sku: Sku, now: number) {
  const stock = stockAt(sku, now);
  return {
    id: sku.path,
    sku_Id: sku.id,
    sku_code: sku.code,
    currency_code: 'USD',
    sku_price: decimal(sku.priceCents),
    sku_discount_price: decimal(sku.discountCents),
    ipm_sku_stock: stock,
    sku_stock: String(stock > 0),
    aeop_s_k_u_property_list: new WireList('aeop_sku_property', [
      {
        sku_property_id: 14,
        property_value_id: sku.colorId,
        property_value_definition_name: sku.color,
      },
    ]),
  };
}
