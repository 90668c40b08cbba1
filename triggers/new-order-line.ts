import { PAID } from '../lib/aliexpress/order-status.ts';
import { orderFilters } from '../lib/feeds/order-filters.ts';
import { orderChanges } from '../lib/feeds/orders.ts';
import { and, eq, field, input, literal, oneOf, or } from '../lib/pack/expression.ts';
import { choice } from '../lib/pack/input.ts';
import { earliest, timeOf } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

const isPlaced = eq(input('moment'), literal('placed'));
const isPaid = eq(input('moment'), literal('paid'));
const moment = earliest({ when: isPlaced, at: timeOf('placed_at') }, { when: isPaid, at: timeOf('paid_at') });

export default trigger({
  key: 'new_order_line',
  noun: 'Line Item',
  label: { en: 'New Line Item in Order', zh: '新订单商品行' },
  makeLabel: 'Watch Order Line Items',
  description: {
    en: 'Triggers when an order is placed or paid, once for each of its line items.',
    zh: '下单或付款时，订单中的每个商品行触发一次。',
  },
  feed: orderChanges,
  each: 'line_items',
  inputs: {
    moment: choice({
      label: { en: 'Trigger On', zh: '触发时机' },
      help: { en: 'For picking lists: "Order paid".', zh: '用于拣货单时请选“已付款”。' },
      choices: {
        placed: { en: 'Order placed', zh: '已下单' },
        paid: { en: 'Order paid', zh: '已付款' },
      },
      default: 'placed',
    }),
    ...orderFilters.inputs,
  },
  where: and(or(isPlaced, and(isPaid, oneOf(field('status'), literal(PAID)))), orderFilters.where),
  id: '{order_id}/{line_id}/{moment}',
  occurredAt: moment,
  matchedAt: moment,
  message: {
    severity: 'info',
    title: {
      en: '{quantity} × {product_name|cut:30} · {line_amount|money}',
      zh: '{quantity} 件 {product_name|cut:32} · {line_amount|money}',
    },
    text: {
      en: '**SKU** {sku_code}?\n**Product** {product_name}\n**Quantity** {quantity}\n**Unit price** {unit_price|money}\n**Line** {line_index} of {line_count}\n**Order** {order_id}',
      zh: '**SKU 编码** {sku_code}?\n**商品** {product_name}\n**件数** {quantity}\n**单价** {unit_price|money}\n**商品行** {line_index}/{line_count}\n**订单号** {order_id}',
    },
  },
});
