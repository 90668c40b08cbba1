/** Methods that the connector does not use, for what they refuse and how they answer. */

import { type Order, stageAt } from '../orders.ts';
import { fromPacific, toPacific } from '../pacific.ts';
import { productStageAt, stockAt } from '../products.ts';
import { pageOf } from './paged.ts';
import { type Context, id, integer, jsonQuery, type Query, required, text, within } from './query.ts';
import { decimal, listed } from './wire.ts';

/** The light list of orders. A filter by time that is not exact to the second is ignored without a word. */
export function simpleOrderList({ shop, now, params, listFault }: Context) {
  const query = jsonQuery(params, 'param1', [
    'page',
    'page_size',
    'order_status',
    'order_status_list',
    'create_date_start',
    'create_date_end',
  ]);
  const page = integer(query, 'page', 1, Number.MAX_SAFE_INTEGER);
  const size = integer(query, 'page_size', 1, 50);
  const status = text(query, 'order_status');
  const [start, end] = [exact(query, 'create_date_start'), exact(query, 'create_date_end')];
  const created = { start: start ?? 0, end: end ?? Number.POSITIVE_INFINITY };
  const found = shop.orders
    .flatMap((order) => {
      const stage = stageAt(order, now);
      return stage ? [{ order, stage }] : [];
    })
    .filter(
      ({ order, stage }) =>
        within(order.placedAt, created) && (status ? stage.status === status : stage.status !== 'FINISH'),
    )
    .reverse();
  const { rows, total } = pageOf(found, page, size, listFault);
  const list = rows.map(({ order, stage }) => simpleOrder(order, stage));
  return { result: { total_item: total, ...listed('order_list', 'simple_order_item_vo', list) } };
}

function exact(query: Query, name: string): number | undefined {
  const written = text(query, name);
  return written === undefined ? undefined : fromPacific(written);
}

const simpleOrder = ({ id: orderId, placedAt, lines }: Order, stage: { at: number; status: string }) => ({
  order_id: orderId,
  biz_type: 'AE_COMMON',
  order_status: stage.status,
  gmt_create: toPacific(placedAt),
  gmt_modified: toPacific(stage.at),
  ...listed(
    'product_list',
    'simple_order_product_vo',
    lines.map((line) => ({
      child_id: line.childId,
      product_id: line.productId,
      product_name: line.name,
      product_count: line.quantity,
      product_unit_price: decimal(line.unitCents),
      product_unit_price_cur: 'USD',
      sku_code: line.sku,
    })),
  ),
});

const MAX_MANAGED = 20;

/** Orders of managed shops, of which this shop has none. */
export function managedOrders({ params }: Context) {
  const query = jsonQuery(params, 'fulfillment_forward_order_query', [
    'biz_type',
    'customer_order_number_list',
    'fulfillment_order_no',
    'page_index',
    'page_size',
  ]);
  integer(query, 'biz_type', 1, Number.MAX_SAFE_INTEGER);
  const page = integer(query, 'page_index', 1, Number.MAX_SAFE_INTEGER, 1);
  const size = integer(query, 'page_size', 1, MAX_MANAGED, MAX_MANAGED);
  const { customer_order_number_list: orders = [] } = query;
  integer({ count: Array.isArray(orders) ? orders.length : -1 }, 'count', 0, MAX_MANAGED);
  return { result: { success: true, page_index: page, page_size: size, total_count: 0 } };
}

/** Every number is a text here, success too. */
export function stockByWarehouse({ shop, now, params }: Context) {
  const wanted = required(id(params, 'product_id'), 'product_id');
  const product = shop.products.find((each) => String(each.id) === wanted && productStageAt(each, now));
  if (!product) {
    return { result: { success: 'false', errorCode: 'PRODUCT_NOT_FOUND', errorMessage: 'no such product' } };
  }
  const skus = product.skus.map((sku) => ({
    sku_id: String(sku.id),
    sku_code: sku.code,
    ...listed('stock_info', 'stock_info', [
      {
        warehouse_code: 'CN',
        warehouse_name: 'China',
        warehouse_type: 'SELLER',
        sellable_quantity: String(stockAt(sku, now)),
        can_saleable: 'true',
      },
    ]),
  }));
  return { result: { success: 'true', product: { product_id: wanted, ...listed('sku_list', 'sku', skus) } } };
}

/** Whether the seller owes freight. */
export const unpaidFreight = ({ shop, now }: Context) => ({
  response: {
    success: true,
    has_not_pay_order: shop.parcels.some(({ abnormalities }) =>
      abnormalities.some(({ code, from, until }) => code === 'FREIGHT_UNPAID' && from <= now && until > now),
    ),
  },
});
