/** What a step of a release is, and how it carries out its commands: each is shown before it runs. */

import type { Bilingual } from '../../../lib/problems.ts';
import { SetupError } from '../setup-error.ts';
import type { Progress } from './progress.ts';
import type { Talk } from './talk.ts';
import type { Command, ReleaseTool } from './tool.ts';

/** The share of a canary and of the first migration, in percent, and the length of a canary in seconds. */
export const DEFAULT_PERCENT = 10;
export const DEFAULT_SECONDS = 3600;

export interface ReleaseOptions {
  /** The number, or what changes: patch, minor or major. */
  version?: string | undefined;
  percent: number;
  /** Of a canary, seconds. */
  duration: number;
  /** When a deprecated version ends, as YYYY-MM-DD. */
  date?: string | undefined;
  reason?: string | undefined;
  isDryRun: boolean;
  /** Runs every command without a question. */
  isYes: boolean;
}

export interface Release {
  /** With package.json, CHANGELOG.md and .zapierapprc. */
  folder: string;
  env: NodeJS.ProcessEnv;
  tool: ReleaseTool;
  talk: Talk;
  options: ReleaseOptions;
  progress: Progress;
  /** Epoch milliseconds. */
  now(): number;
}

/** After "wait" the publisher should look at something before the release goes on. */
export type Outcome = 'done' | 'skipped' | 'wait' | 'quit';

export interface Step {
  key: string;
  /** In the help, after the key. */
  says: Bilingual;
  run(release: Release): Promise<Outcome>;
}

/** Shows a command, and runs it if the publisher agrees. */
export async function carryOut({ talk, options }: Release, { shown, run }: Command): Promise<Outcome> {
  talk.say({ en: `  $ ${shown.en}`, zh: `  $ ${shown.zh}` });
  if (options.isDryRun) return 'done';
  const answer = options.isYes ? 'yes' : await talk.confirm({ en: '  Run it?', zh: '  运行吗？' });
  if (answer !== 'yes') return answer === 'skip' ? 'skipped' : 'quit';
  await run();
  return 'done';
}

/** Carries out commands until one is refused. */
export async function carryOutAll(release: Release, commands: readonly Command[]): Promise<Outcome> {
  for (const command of commands) {
    const outcome = await carryOut(release, command);
    if (outcome !== 'done') return outcome;
  }
  return 'done';
}

export const notUploaded = (version: string) =>
  new SetupError({
    en: `Zapier has no version ${version}. Start with the step "push".`,
    zh: `Zapier 上没有版本 ${version}。请从 push 步骤开始。`,
  });
