import { decimal, texts } from '../pack/input.ts';

/** The inputs that order triggers share. */
export const orderFilters = {
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
};
