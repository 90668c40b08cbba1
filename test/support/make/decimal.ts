/**
 * `*`, `/` and `%` in IML are decimal, not binary: 0.1 * 3 is 0.3. [facts/make.md §2.1] Numbers come in and go out as
 * JavaScript numbers; in between they are whole numbers with a scale.
 */

/** digits × 10^-scale; the scale is negative where there are zeros at the end. */
interface Scaled {
  digits: bigint;
  scale: number;
}

function scaled(value: number): Scaled {
  const [mantissa = '', exponent = '0'] = value.toString().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length - Number(exponent) };
}

const toNumber = (digits: bigint, scale: number): number => Number(`${digits}e${-scale}`);

export function multiply(left: number, right: number): number {
  const [a, b] = [scaled(left), scaled(right)];
  return toNumber(a.digits * b.digits, a.scale + b.scale);
}

/** More digits than a JavaScript number can show. */
const PRECISION = 40;

/** @param right not zero */
export function divide(left: number, right: number): number {
  const [a, b] = [scaled(left), scaled(right)];
  const shift = PRECISION + b.digits.toString().length;
  return toNumber((a.digits * 10n ** BigInt(shift)) / b.digits, shift + a.scale - b.scale);
}

/** With the sign of the dividend. @param right not zero */
export function remainder(left: number, right: number): number {
  const [a, b] = [scaled(left), scaled(right)];
  const scale = Math.max(a.scale, b.scale);
  const widened = ({ digits, scale: own }: Scaled) => digits * 10n ** BigInt(scale - own);
  return toNumber(widened(a) % widened(b), scale);
}

/** As written, "1.005" with two decimals is "1.01"; in binary it is less and becomes "1.00". */
export function roundsAlike(value: number, decimals: number): boolean {
  const { digits, scale } = scaled(Math.abs(value));
  if (scale <= decimals) return true;
  const divisor = 10n ** BigInt(scale - decimals);
  const rounded = toNumber((digits + divisor / 2n) / divisor, decimals);
  return rounded === Number(Math.abs(value).toFixed(decimals));
}
