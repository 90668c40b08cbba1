/** Exact sums of amounts of money. */

import Big from 'big.js';

export interface Amount {
  /** A decimal number as text. */
  amount: string | null;
  currency: string | null;
}

interface Sum {
  count: number;
  total: Big;
  /** Digits after the decimal point. */
  digits: number;
}

const DECIMAL = /^-?\d+(?:\.(\d+))?$/;
const NO_CURRENCY = '?';

/**
 * The sum of each currency, the most frequent currency first: "USD 1234.50; EUR 20.00". A sum has as many digits after
 * the decimal point as the longest amount. Without any amount it is "0".
 */
export function sumByCurrency(amounts: readonly Amount[]): string {
  const sums = new Map<string, Sum>();
  for (const { amount, currency } of amounts) {
    const decimal = DECIMAL.exec(amount ?? '');
    if (!decimal) continue;
    const [value, fraction = ''] = decimal;
    const name = currency ?? NO_CURRENCY;
    const { count, total, digits } = sums.get(name) ?? { count: 0, total: new Big(0), digits: 0 };
    sums.set(name, {
      count: count + 1,
      total: total.plus(value),
      digits: Math.max(digits, fraction.length),
    });
  }
  const parts = [...sums]
    .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
    .map(([currency, { total, digits }]) => `${currency} ${total.toFixed(digits)}`);
  return parts.join('; ') || '0';
}
