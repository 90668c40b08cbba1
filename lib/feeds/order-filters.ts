import { and, eq, field, gte, ifGiven, input, literal, not, or, overlaps } from '../pack/expression.ts';
import { choice, decimal, text, texts } from '../pack/input.ts';
import { anyProducts, knownCurrencies } from './lists.ts';

const INCLUDE = 'include';
const hasThatCurrency = eq(field('currency'), input('min_amount_currency'));

/** Inputs that order triggers share, and the condition that reads them. A trigger with other inputs too combines both. */
export const orderFilters = {
  inputs: {
    min_amount: decimal({
      label: { en: 'Minimum Amount', zh: '最低金额' },
      help: { en: 'If empty, all orders.', zh: '留空则不限。' },
    }),
    min_amount_currency: text({
      label: { en: 'Currency of Minimum Amount', zh: '最低金额币种' },
      dropdown: knownCurrencies,
      default: 'USD',
      mend: (given) => given.trim().toUpperCase(),
      pattern: /[A-Z]{3}/,
      allowed: { en: 'a currency code such as USD', zh: '币种代码，例如 USD' },
    }),
    other_currencies: choice({
      label: { en: 'Orders in Other Currencies', zh: '其他币种的订单' },
      help: {
        en: 'Applies only with a minimum amount. Amounts are not converted.',
        zh: '仅在填写最低金额时有效，金额不换算。',
      },
      choices: {
        leave_out: { en: 'Leave out', zh: '不触发' },
        [INCLUDE]: { en: 'Include, whatever their amount', zh: '触发，不限金额' },
      },
      default: 'leave_out',
    }),
    product_ids: texts({
      ...anyProducts,
      help: { en: 'Only orders with at least one of these products.', zh: '仅包含其中任一商品的订单。' },
    }),
  },
  where: and(
    ifGiven(
      'min_amount',
      or(
        and(hasThatCurrency, gte(field('amount'), input('min_amount'))),
        and(not(hasThatCurrency), eq(input('other_currencies'), literal(INCLUDE))),
      ),
    ),
    ifGiven('product_ids', overlaps(field('product_ids'), input('product_ids'))),
  ),
};
