/** Fixed histories of each feed. `npm run lab` plays many more. */

import { drawHistory, type History } from '../../lab/history.ts';
import { play } from '../../lab/play.ts';
import type { HostName } from '../../lab/run-history.ts';
import type { FeedKey } from '../../lib/feeds/engine/feed-status.ts';

/** As many as a run of all tests has time for. */
const HISTORIES = 20;

export const fixedHistories = (feed: FeedKey): History[] =>
  Array.from({ length: HISTORIES }, (_, n) => drawHistory(feed, n + 1));

/** What is wrong in the events of a history. */
export async function wrongIn(history: History, host: HostName): Promise<string[]> {
  const { findings } = await play(history, {}, { host });
  return findings.map(({ kind, text }) => `${history.feed} ${history.seed} ${kind}: ${text}`);
}

export async function wrongInFixedHistories(feed: FeedKey): Promise<string[]> {
  const found: string[] = [];
  for (const history of fixedHistories(feed)) found.push(...(await wrongIn(history, 'engine')));
  return found;
}
