/** Command-line arguments. */

import { type ParseArgsConfig, parseArgs } from 'node:util';

/** An argument that cannot be used. The message says what can. */
export class UsageError extends Error {}

/** The arguments of a command. An unknown option, or one without its value, ends the process. */
export function readArguments<T extends ParseArgsConfig>(
  command: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    reportUsage(command, new UsageError((error as Error).message));
    process.exit();
  }
}

/** A command without options of its own. It ends the process after `--help`, and after anything else. */
export function readNoArguments(command: string, help: string): void {
  const { values } = readArguments(command, { options: { help: { type: 'boolean', short: 'h' } } });
  if (!values.help) return;
  console.log(help);
  process.exit();
}

/**
 * Ends a command with exit code 2, after writing which argument is wrong and where the help is.
 * @throws every other error again
 */
export function reportUsage(command: string, error: unknown): void {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n${command} -- --help`);
  process.exitCode = 2;
}

/** @throws UsageError that names the option and its range */
export function whole(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new UsageError(`--${option} must be a whole number from ${min} to ${max}`);
}
