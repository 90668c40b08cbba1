import { idNumber } from '../aliexpress/spelling.ts';
import { and, field, gte, ifGiven, input, overlaps } from '../pack/expression.ts';
import { decimal, texts } from '../pack/input.ts';
import { knownProducts } from './lists.ts';

/** Inputs that order triggers share, and the condition that reads them. A trigger with other inputs too combines both. */
export const orderFilters = {
  inputs: {
    min_amount: decimal({
      label: { en: 'Minimum Amount', zh: '最低金额' },
      help: { en: 'If empty, all orders.', zh: '留空则不限。' },
    }),
    product_ids: texts({
      label: { en: 'Products', zh: '商品' },
      help: { en: 'Only orders with at least one of these products.', zh: '仅包含其中任一商品的订单。' },
      dropdown: knownProducts,
      mend: idNumber,
      pattern: /\d{6,20}/,
      allowed: { en: 'product numbers, digits only', zh: '商品 ID，仅限数字' },
    }),
  },
  where: and(
    ifGiven('min_amount', gte(field('amount'), input('min_amount'))),
    ifGiven('product_ids', overlaps(field('product_ids'), input('product_ids'))),
  ),
};
