/** Command-line arguments. */

import { type ParseArgsConfig, parseArgs } from 'node:util';
import { both } from '../lib/language.ts';
import type { Bilingual } from '../lib/problems.ts';
import { CommandError, createTerminal } from '../lib/terminal.ts';

/** An argument that cannot be used. The message says what can; a command for developers says it in English. */
export class UsageError extends CommandError {
  constructor(text: Bilingual | string) {
    super(typeof text === 'string' ? both(text) : text);
  }
}

/** The arguments of a command. An unknown option, or one without its value, ends the process. */
export function readArguments<T extends ParseArgsConfig>(
  command: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch {
    const given = process.argv.slice(2).join(' ');
    const text = { en: `These arguments are not understood: ${given}`, zh: `无法识别这些参数：${given}` };
    reportError(command, new UsageError(text));
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
 * Ends a command with exit code 2, after writing what the user can change, and for a wrong argument where the help is.
 * @throws every error that does not say it
 */
export function reportError(command: string, error: unknown): void {
  if (!(error instanceof CommandError)) throw error;
  createTerminal().complain(error.text);
  if (error instanceof UsageError) console.error(`${command} -- --help`);
  process.exitCode = 2;
}

const HELP_COLUMNS = 110;

/** Names in lines that fit on a terminal, separated by commas. @param indent of all lines but the first */
export function nameLines(names: readonly string[], indent: number): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && indent + last.length + name.length + ', ,'.length <= HELP_COLUMNS)
      lines[lines.length - 1] = `${last}, ${name}`;
    else lines.push(name);
  }
  return lines.join(`,\n${' '.repeat(indent)}`);
}

/** @throws UsageError that names the option and its range */
export function whole(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new UsageError({
    en: `--${option} must be a whole number from ${min} to ${max}`,
    zh: `--${option} 须为 ${min} 至 ${max} 的整数`,
  });
}
