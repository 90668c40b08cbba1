import fc from 'fast-check';
import { divide, multiply, remainder, roundsAlike } from './decimal.ts';

describe('Decimal arithmetic', () => {
  test.each([
    [0.1, 3, 0.3],
    [1.1, 1.1, 1.21],
    [19.99, 100, 1999],
    [-0.07, 100, -7],
    [1e21, 0.5, 5e20],
    [1e-7, 3, 3e-7],
    [2.5e-8, 4, 1e-7],
    [0, 5.5, 0],
  ])('%d * %d is %d', (left, right, product) => {
    expect(multiply(left, right)).toBe(product);
  });

  test.each([
    [0.3, 0.1, 3],
    [1, 8, 0.125],
    [7, 0.07, 100],
    [-4.2, 0.1, -42],
    [1, 3, 1 / 3],
    [2e21, 0.5, 4e21],
    [1e-7, 1e-9, 100],
    [1, 1e25, 1e-25],
    [12345678901234, 98765432109876, 12345678901234 / 98765432109876],
  ])('%d / %d is %d', (left, right, quotient) => {
    expect(divide(left, right)).toBe(quotient);
  });

  test.each([
    [0.3, 0.1, 0],
    [5.5, 2, 1.5],
    [10, 0.25, 0],
    [-7, 3, -1],
    [1, 0.3, 0.1],
    [1e21, 7, Number(10n ** 21n % 7n)],
  ])('%d %% %d is %d', (left, right, rest) => {
    expect(remainder(left, right)).toBe(rest);
  });

  test('of whole numbers is that of whole numbers', () => {
    const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(fc.property(whole, whole, (a, b) => expect(multiply(a, b)).toBe(a * b + 0)));
  });

  test('gives back a factor of a product', () => {
    const cents = fc.integer({ min: 1, max: 1_000_000 }).map((each) => each / 100);
    fc.assert(fc.property(cents, cents, (a, b) => expect(divide(multiply(a, b), b)).toBe(a)));
  });
});

test.each([
  [1.005, 2, false],
  [-1.005, 2, false],
  [1.25, 2, true],
  [1.234, 2, true],
  [1.236, 2, true],
  [2.5, 0, true],
  [1.45, 1, false],
  [5, 0, true],
])('whether %d rounds to %d decimals in every calculator is %s', (value, decimals, alike) => {
  expect(roundsAlike(value, decimals)).toBe(alike);
});
