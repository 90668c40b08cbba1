/** Exact sums of amounts of money. */

import Big from 'big.js';
import { decimalsOf } from '../pack/format.ts';

export interface Amount {
  amount: number | null;
  currency: string | null;
}

/** What was added up in one currency. */
export interface CurrencySum {
  /** Null for amounts whose currency is not known. */
  currency: string | null;
  amount: number;
  /** How many amounts it is the sum of. */
  count: number;
}

const NO_CURRENCY = '?';

/** The sum of each currency, the most frequent currency first. Records without an amount are left out. */
export function sumsByCurrency(amounts: readonly Amount[]): CurrencySum[] {
  const sums = new Map<string | null, { total: Big; count: number }>();
  for (const { amount, currency } of amounts) {
    if (amount === null) continue;
    const { total, count } = sums.get(currency) ?? { total: new Big(0), count: 0 };
    sums.set(currency, { total: total.plus(amount), count: count + 1 });
  }
  return [...sums]
    .map(([currency, { total, count }]) => ({ currency, amount: total.toNumber(), count }))
    .sort((a, b) => b.count - a.count || (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** "USD 1234.50; EUR 20.00", with at least the decimals of each currency. Without any amount it is "0". */
export const sumsText = (sums: readonly CurrencySum[]): string =>
  sums.map((sum) => `${nameOf(sum)} ${withDecimals(sum)}`).join('; ') || '0';

const nameOf = ({ currency }: CurrencySum): string => currency ?? NO_CURRENCY;

function withDecimals({ amount, currency }: CurrencySum): string {
  const exact = new Big(amount).toFixed();
  const digits = exact.split('.')[1]?.length ?? 0;
  return new Big(amount).toFixed(Math.max(digits, decimalsOf(currency)));
}
