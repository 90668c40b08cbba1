/** The wire format of answers. */

import { stringify } from 'lossless-json';

/** A list that is wrapped in an object with the key `item`, unless `simplify` is on. */
export class WireList {
  readonly item: string;
  readonly values: unknown[];

  constructor(item: string, values: unknown[]) {
    this.item = item;
    this.values = values;
  }
}

/** A field with a list. An empty list is left out together with its field. */
export const listed = (field: string, item: string, values: unknown[]): Record<string, WireList> =>
  values.length > 0 ? { [field]: new WireList(item, values) } : {};

export const decimal = (cents: number): string => (cents / 100).toFixed(2);
export const simpleMoney = (cents: number) => ({ amount: decimal(cents), currency_code: 'USD' });
export const moneyStr = (cents: number) => ({
  amount: decimal(cents),
  cent: cents,
  cent_factor: 100,
  currency_code: 'USD',
  currency: { currency_code: 'USD', default_fraction_digits: 2 },
});

/** Writes 64-bit ids as numbers, and lists as arrays or, where not simplified, wrapped under the name of their item. */
export function toWire(value: unknown, simplified: boolean): string {
  const shape = (part: unknown): unknown => {
    if (part instanceof WireList) {
      const items = part.values.map(shape);
      return simplified ? items : { [part.item]: items };
    }
    if (Array.isArray(part)) return part.map(shape);
    if (typeof part === 'object' && part !== null) {
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, shape(inner)]));
    }
    return part;
  };
  return stringify(shape(value)) as string;
}
