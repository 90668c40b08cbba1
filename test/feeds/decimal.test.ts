import fc from 'fast-check';
import { type Amount, sumsByCurrency, sumsText } from '../../lib/feeds/decimal.ts';

const usd = (amount: number | null): Amount => ({ amount, currency: 'USD' });
const textOf = (amounts: readonly Amount[]) => sumsText(sumsByCurrency(amounts));

describe('Sum of money', () => {
  test('A sum of amounts is exact where floating point is not', () => {
    expect(sumsByCurrency(Array.from({ length: 10 }, () => usd(0.1)))).toEqual([
      { currency: 'USD', amount: 1, count: 10 },
    ]);
    expect(sumsByCurrency([usd(0.1), usd(0.2)])).toMatchObject([{ amount: 0.3 }]);
  });

  test('A sum of amounts equals the sum of their cents, however many amounts there are', () => {
    const cents = fc.array(fc.integer({ min: -(10 ** 11), max: 10 ** 11 }), { minLength: 1 });
    fc.assert(
      fc.property(cents, (values) => {
        const total = values.reduce((sum, value) => sum + value, 0);
        expect(sumsByCurrency(values.map((value) => usd(value / 100)))[0]?.amount).toBe(total / 100 || 0);
      }),
    );
  });

  test('A sum of amounts does not depend on their order', () => {
    const amount = fc.record({
      amount: fc.integer({ min: 0, max: 10 ** 9 }).map((cents) => cents / 100),
      currency: fc.constantFrom('USD', 'EUR', 'JPY'),
    });
    fc.assert(
      fc.property(fc.array(amount), (amounts) => {
        expect(sumsByCurrency([...amounts].reverse())).toEqual(sumsByCurrency(amounts));
      }),
    );
  });

  test('A sum is written with the decimals of its currency, or with more where it has more', () => {
    expect(textOf([usd(1), usd(0.5)])).toBe('USD 1.50');
    expect(textOf([usd(1), usd(0.125)])).toBe('USD 1.125');
    expect(textOf([{ amount: 1200, currency: 'JPY' }])).toBe('JPY 1200');
  });

  test('Each currency has its own sum, the most frequent currency first', () => {
    const eur = { amount: 20, currency: 'EUR' };
    expect(textOf([eur, usd(1000), usd(234.5)])).toBe('USD 1234.50; EUR 20.00');
  });

  test('A sum leaves out records without an amount, and marks amounts without a currency', () => {
    expect(textOf([usd(null), { amount: 2.5, currency: null }])).toBe('? 2.50');
  });

  test('The sum of no amounts is 0', () => {
    expect(textOf([])).toBe('0');
  });
});
