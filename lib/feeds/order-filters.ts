import { and, field, gte, ifGiven, input, overlaps } from '../pack/expression.ts';
import { decimal, texts } from '../pack/input.ts';

/** Inputs that order triggers share, and the condition that reads them. A trigger with other inputs too combines both. */
export const orderFilters = {
  inputs: {
    minimum_amount: decimal({
      label: { en: 'Minimum Amount', zh: '最低金额' },
      help: { en: 'Leave empty for all orders.', zh: '留空则不限。' },
    }),
    products: texts({
      label: { en: 'Products', zh: '商品' },
      help: { en: 'Only orders with at least one of these products.', zh: '仅包含其中任一商品的订单。' },
      pattern: /\d{6,20}/,
      allowed: { en: 'product numbers, digits only', zh: '商品编号，仅限数字' },
    }),
  },
  where: and(
    ifGiven('minimum_amount', gte(field('amount'), input('minimum_amount'))),
    ifGiven('products', overlaps(field('product_ids'), input('products'))),
  ),
};
