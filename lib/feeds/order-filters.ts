import { decimal, texts } from '../pack/input.ts';

/** The inputs that order triggers share. */
export const orderFilters = {
  minimum_amount: decimal({
    label: 'Minimum Amount',
    help: "Only orders of at least this amount, in the order's own currency. Leave empty for all.",
  }),
  products: texts({
    label: 'Products',
    help: 'Only orders with at least one of these product numbers. Leave empty for all.',
    pattern: /\d{6,20}/,
    allowed: { en: 'product numbers, digits only', zh: '商品编号，仅限数字' },
  }),
};
