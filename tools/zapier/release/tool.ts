/** Zapier's command line tool, and other programs of a release. */

import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { both } from '../../../lib/language.ts';
import type { Bilingual } from '../../../lib/problems.ts';
import { createTerminal } from '../../../lib/terminal.ts';
import { SetupError } from '../setup-error.ts';

const ZAPIER_CLI = fileURLToPath(
  new URL('../../../node_modules/zapier-platform-cli/src/bin/run', import.meta.url),
);
const PUSH = fileURLToPath(new URL('../main.ts', import.meta.url));

/** A command that changes something, as it is shown and as it runs. */
export interface Command {
  /** As a person types it. Secrets are left out. */
  shown: Bilingual;
  /** @throws SetupError if it fails */
  run(): Promise<void>;
}

export interface CommandOptions {
  /** In place of its own parameters, where these are secrets. The tool's output is then left out too. */
  shown?: string;
  /** The answer to a question that the tool asks in any case. */
  answer?: string | undefined;
}

export interface ReleaseTool {
  /** A table of Zapier's tool, such as the one of `versions`. */
  read(...parameters: string[]): Promise<Record<string, string>[]>;
  zapier(parameters: readonly string[], options?: CommandOptions): Command;
  push(language: string | undefined): Command;
  npmVersion(version: string): Command;
}

const tableSchema = z.array(z.record(z.string(), z.string()));

/** @param folder with package.json, CHANGELOG.md and .zapierapprc */
export function releaseTool(folder: string): ReleaseTool {
  const terminal = createTerminal();
  // Its tool takes many seconds, in which nothing else is shown.
  let isAsked = false;
  const node = (shown: string, parameters: readonly string[], options: Options = {}): Command => ({
    shown: both(shown),
    run: () => runProgram(shown, process.execPath, parameters, { cwd: folder, ...options }),
  });
  return {
    read: async (...parameters) => {
      if (!isAsked) terminal.say({ en: 'Asking Zapier …', zh: '正在查询 Zapier…' });
      isAsked = true;
      return tableSchema.parse(JSON.parse(await outputOf(folder, [...parameters, '--format', 'json'])));
    },
    zapier: (parameters, { shown, answer } = {}) =>
      node(shown ?? `npm run zapier -- ${parameters.map(quoted).join(' ')}`, [ZAPIER_CLI, ...parameters], {
        answer,
        isSilent: shown !== undefined,
      }),
    push: (language) =>
      node(
        `${language === undefined ? '' : `MESSAGE_LANGUAGE=${language} `}npm run zapier:push`,
        ['--disable-warning=ExperimentalWarning', PUSH, 'push'],
        { env: { ...process.env, ...(language !== undefined && { MESSAGE_LANGUAGE: language }) } },
      ),
    npmVersion: (version) => {
      const parameters = ['version', version, '--no-git-tag-version'];
      const shown = `npm ${parameters.join(' ')}`;
      // On Windows npm is a script, which only a shell can run.
      const options = { cwd: folder, shell: process.platform === 'win32' };
      return { shown: both(shown), run: () => runProgram(shown, 'npm', parameters, options) };
    },
  };
}

const quoted = (parameter: string): string => (/\s/.test(parameter) ? `"${parameter}"` : parameter);

interface Options extends SpawnOptions {
  answer?: string | undefined;
  isSilent?: boolean;
}

async function runProgram(
  shown: string,
  program: string,
  parameters: readonly string[],
  { answer, isSilent = false, ...options }: Options,
): Promise<void> {
  const input = answer === undefined ? 'ignore' : 'pipe';
  const child = spawn(program, parameters, {
    stdio: [input, isSilent ? 'ignore' : 'inherit', 'inherit'],
    ...options,
  });
  child.stdin?.end(`${answer}\n`);
  const [status] = await once(child, 'close');
  if (status !== 0)
    throw new SetupError({
      en: `"${shown}" failed; the lines above say why. Correct it and start again.`,
      zh: `“${shown}”运行失败，原因见上方的输出。请修正后重新运行。`,
    });
}

async function outputOf(folder: string, parameters: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [ZAPIER_CLI, ...parameters], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  if (child.exitCode === null) await once(child, 'close');
  if (child.exitCode !== 0) throw new SetupError(asHere(errors));
  return output;
}

/** What Zapier's tool writes about an error, with the commands of this project. */
const asHere = (errors: string): Bilingual =>
  /\bfetch failed\b/.test(errors)
    ? {
        en: 'Zapier is not reachable. Check your connection to the internet, and start again.',
        zh: '无法连接 Zapier。请检查网络，然后重新运行。',
      }
    : both(errors.trim().replaceAll(/zapier-platform (?=[a-z])/g, 'npm run zapier -- '));

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
