import fc from 'fast-check';
import { type Amount, sumByCurrency } from '../../lib/feeds/decimal.ts';

const usd = (amount: string | null): Amount => ({ amount, currency: 'USD' });

describe('Sum of money', () => {
  test('A sum of amounts is exact where floating point is not', () => {
    expect(sumByCurrency(Array.from({ length: 10 }, () => usd('0.10')))).toBe('USD 1.00');
    expect(sumByCurrency([usd('9007199254740993.01'), usd('0.02')])).toBe('USD 9007199254740993.03');
  });

  test('A sum of amounts equals the sum of their cents, however many amounts there are', () => {
    const cents = fc.array(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), { minLength: 1 });
    const written = (value: bigint) => {
      const digits = String(value < 0n ? -value : value).padStart(3, '0');
      return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
    };
    fc.assert(
      fc.property(cents, (values) => {
        const total = values.reduce((sum, value) => sum + value, 0n);
        expect(sumByCurrency(values.map((value) => usd(written(value))))).toBe(`USD ${written(total)}`);
      }),
    );
  });

  test('A sum of amounts does not depend on their order', () => {
    const amount = fc.record({
      amount: fc.stringMatching(/^\d{1,15}(\.\d{1,6})?$/),
      currency: fc.constantFrom('USD', 'EUR', 'JPY'),
    });
    fc.assert(
      fc.property(fc.array(amount), (amounts) => {
        expect(sumByCurrency([...amounts].reverse())).toBe(sumByCurrency(amounts));
      }),
    );
  });

  test('A sum has as many digits after the decimal point as its longest amount', () => {
    expect(sumByCurrency([usd('1'), usd('0.5'), usd('0.125')])).toBe('USD 1.625');
    expect(sumByCurrency([{ amount: '1200', currency: 'JPY' }])).toBe('JPY 1200');
  });

  test('Each currency has its own sum, the most frequent currency first', () => {
    const eur = { amount: '20.00', currency: 'EUR' };
    expect(sumByCurrency([eur, usd('1000.00'), usd('234.50')])).toBe('USD 1234.50; EUR 20.00');
  });

  test('A sum leaves out records without an amount, and marks amounts without a currency', () => {
    expect(sumByCurrency([usd(null), usd('n/a'), { amount: '2.50', currency: null }])).toBe('? 2.50');
  });

  test('The sum of no amounts is 0', () => {
    expect(sumByCurrency([])).toBe('0');
  });
});
