/** The versions of the integration on Zapier, and what their numbers mean. */

import * as z from 'zod';
import { SetupError } from '../setup-error.ts';
import type { ReleaseTool } from './tool.ts';

export interface Version {
  version: string;
  /** Zapier's word: private, promoted, available, legacy, deprecating, deprecated. */
  state: string;
  /** With Zaps that are on. */
  users: number;
}

const rowSchema = z
  .object({ Version: z.string(), State: z.string(), 'Zap Users': z.string() })
  .transform(({ Version: version, State: state, 'Zap Users': users }) => ({ version, state, users }));

/** @throws SetupError while Zapier is counting users */
export async function readVersions(tool: ReleaseTool): Promise<Version[]> {
  const rows = z.array(rowSchema).parse(await tool.read('versions', '--all'));
  if (rows.some(({ users }) => !/^\d+$/.test(users)))
    throw new SetupError({
      en: 'Zapier is still counting the users of your versions. Start again in ten seconds.',
      zh: 'Zapier 还在统计各版本的用户数。请十秒后重新运行。',
    });
  return rows.map((row) => ({ ...row, users: Number(row.users) }));
}

export const findVersion = (versions: readonly Version[], version: string): Version | undefined =>
  versions.find((each) => each.version === version);

/** A public integration always has a version in production, a private one never. */
export const promotedIn = (versions: readonly Version[]): Version | undefined =>
  versions.find(({ state }) => state === 'promoted');

export const majorOf = (version: string): number => Number(version.split('.')[0]);

export const compareVersions = (one: string, other: string): number =>
  one.localeCompare(other, 'en', { numeric: true });

/** The version that users have today: the one in production, otherwise the one with the most users. */
export function versionInUse(versions: readonly Version[], besides?: string): string | undefined {
  const others = versions.filter(({ version }) => version !== besides);
  const used = others.filter(({ users }) => users > 0).sort((one, other) => other.users - one.users);
  return (promotedIn(others) ?? used[0])?.version;
}

/** Versions whose users Zapier can move to `to`: not across major versions. */
export const versionsToMigrate = (versions: readonly Version[], to: string): Version[] =>
  versions.filter(({ version, users }) => version !== to && users > 0 && majorOf(version) === majorOf(to));

/** Whether the version can be uploaded again without a change for users. */
export const isFree = (version: Version | undefined): boolean =>
  version === undefined || (version.state === 'private' && version.users === 0);
