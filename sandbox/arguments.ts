/** What a person typed after the command. */

/** Something typed that is not usable; the message says what is. */
export class UsageError extends Error {}

/** @throws UsageError naming the option and its range */
export function whole(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new UsageError(`--${option} must be a whole number from ${min} to ${max}`);
}
