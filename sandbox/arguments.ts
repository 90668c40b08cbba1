/** Command-line arguments. */

/** An argument that cannot be used. The message says what can. */
export class UsageError extends Error {}

/** @throws UsageError that names the option and its range */
export function whole(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new UsageError(`--${option} must be a whole number from ${min} to ${max}`);
}
