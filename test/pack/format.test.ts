import fc from 'fast-check';
import { fill } from '../../lib/pack/evaluate.ts';
import { beijingTime, columns, cut, limit, money, tail } from '../../lib/pack/format.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

describe('Format "time"', () => {
  test('A time is shown in Beijing time without the current year', () => {
    expect(beijingTime('2026-11-21T10:05:00Z', NOW)).toBe('11-21 18:05');
  });

  test('A time of another year is shown with its year', () => {
    expect(beijingTime('2027-01-02T10:05:00Z', NOW)).toBe('2027-01-02 18:05');
  });

  test('The current year is the one in Beijing', () => {
    expect(beijingTime('2026-12-31T16:30:00Z', Date.parse('2026-12-31T17:00:00Z'))).toBe('01-01 00:30');
  });

  test('A text that is not a time stays as it is', () => {
    expect(beijingTime('soon', NOW)).toBe('soon');
  });
});

describe('Format "money"', () => {
  test.each([
    ['98.64', 'USD', 'USD 98.64'],
    ['98.6', 'USD', 'USD 98.60'],
    ['9999', 'EUR', 'EUR 9999.00'],
    ['12345.5', 'RUB', 'RUB 12,345.50'],
    ['5400', 'JPY', 'JPY 5400'],
    ['5400.00', 'KRW', 'KRW 5400'],
    ['12990', 'CLP', 'CLP 12,990'],
    ['3.5', 'KWD', 'KWD 3.500'],
    ['0', 'USD', 'USD 0.00'],
    ['9007199254740993.11', 'USD', 'USD 9,007,199,254,740,993.11'],
    ['98.64', '', '98.64'],
    ['about 5', 'USD', 'USD about 5'],
  ])('The amount %s in "%s" is shown as "%s"', (amount, currency, shown) => {
    expect(money(amount, currency)).toBe(shown);
  });

  test.each([
    ['amount', { amount: '5', currency: 'EUR' }],
    ['unit_price', { unit_price: '5', unit_price_currency: 'EUR', currency: 'USD' }],
    ['refund_amount', { refund_amount: '5', refund_currency: 'EUR', currency: 'USD' }],
    ['max_refund', { max_refund: '5', currency: 'EUR' }],
  ])('The amount "%s" is shown in the currency next to it', (key, values) => {
    expect(fill(`{${key}|money}`, values)).toBe('EUR 5.00');
  });
});

describe('Format "cut"', () => {
  test('A text that fits is not cut', () => {
    expect(cut('Laptop Stand', 12)).toBe('Laptop Stand');
  });

  test('A longer text is cut to its first columns and an ellipsis', () => {
    expect(cut('Laptop Stand', 11)).toBe('Laptop Stan…');
  });

  test('A Chinese character takes two columns', () => {
    expect(cut('铝合金支架', 5)).toBe('铝合…');
  });

  test('A space before the ellipsis is left out', () => {
    expect(cut('Laptop Stand', 7)).toBe('Laptop…');
  });

  test('Line breaks become spaces', () => {
    expect(cut('Laptop\n\n Stand', 20)).toBe('Laptop Stand');
  });

  test('A text that is cut at its own ellipsis has one', () => {
    expect(cut('Canvas Tote Bag with… ×2', 21)).toBe('Canvas Tote Bag with…');
  });

  test.each(['👨‍👩‍👧', '🇪🇸', '가', '👍🏽'])('The character %s is never cut inside', (character) => {
    expect(cut(character.repeat(3), 2).replace('…', '').replaceAll(character, '')).toBe('');
  });

  test('A cut text is never wider than its columns and the ellipsis', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
        expect(columns(cut(text, width))).toBeLessThanOrEqual(width + 1);
        expect(columns(limit(text.trim(), width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

test('The format "tail" shows the last four characters', () => {
  expect(tail('LP00617283945021')).toBe('5021');
});
