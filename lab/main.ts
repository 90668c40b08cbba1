/** `npm run lab`: random histories of a shop with faults at every await, compared with what happened. */

import { fileURLToPath } from 'node:url';
import logUpdate from 'log-update';
import type { FeedKey } from '../lib/feeds/engine/feed-status.ts';
import { readArguments, reportError, UsageError, whole } from '../sandbox/arguments.ts';
import { lastTag } from '../tools/releases/checkout.ts';
import { drawHistory, type History } from './history.ts';
import { type Played, play } from './play.ts';
import { taggedRelease } from './release.ts';
import { failureOf, summaryOf } from './report.ts';
import { type HostName, hostNames } from './run-history.ts';
import { shrink } from './shrink.ts';
import { playSideBySide } from './side-by-side.ts';
import { feeds } from './subjects/index.ts';
import {
  emptyTotals,
  keepTotals,
  kindsOf,
  rareFaults,
  readTallies,
  type Tallies,
  type Totals,
  withHistory,
  withoutFailure,
} from './totals.ts';

const TOTALS = fileURLToPath(new URL('../.local/lab/totals.json', import.meta.url));
const ORDINARY = 200;
/** Those of `--long`. */
const LONG: Record<HostName, number> = { engine: 1000, zapier: 50, hub: 30 };

const HELP = `npm run lab -- [options]     random histories of a shop, with faults at every await

  --feed NAME       ${feeds.join(', ')} (all)
  --host NAME       ${hostNames.join(', ')} (engine); a history takes about ten times as long through the whole Zapier app
  --histories N     histories per feed (${ORDINARY}; with --long ${LONG.engine}, ${LONG.zapier} through the Zapier app and ${LONG.hub} through the hub)
  --seed N          plays one history
  --first N         seed of the first history (1)
  --as-drawn        does not shrink the histories that fail
  --long            plays again what failed, and continues until the kept totals have all histories; stop it with Ctrl+C
  --fresh           with --long: forgets the kept totals
  --last-release    plays the release of the last tag next to this one, for a day and a half of each feed
  --json            writes the totals as JSON
  --help            this text`;

const { values } = readArguments('npm run lab', {
  options: {
    feed: { type: 'string' },
    host: { type: 'string', default: 'engine' },
    histories: { type: 'string' },
    seed: { type: 'string' },
    first: { type: 'string', default: '1' },
    long: { type: 'boolean', default: false },
    'last-release': { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    'as-drawn': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const MAX_SEED = 2 ** 31;
const print = console.log.bind(console);
// Zapier's core prints what the app logs, a line for each call.
console.log = () => {};
let isStopped = false;

async function main(): Promise<void> {
  if (values.help) {
    print(HELP);
    return;
  }
  const { feed } = values;
  if (feed !== undefined && !feeds.some((known) => known === feed))
    throw new UsageError(`--feed must be one of ${feeds.join(', ')}`);
  const host = hostNames.find((known) => known === values.host);
  if (!host) throw new UsageError(`--host must be one of ${hostNames.join(', ')}`);
  const wanted = feeds.filter((known) => feed === undefined || known === feed);
  if (values.fresh && !values.long) throw new UsageError('--fresh only works with --long');
  if (values['last-release']) return playLastRelease(wanted);
  if (values.seed !== undefined) return playOne(wanted, host, whole('seed', values.seed, 0, MAX_SEED));
  process.on('SIGINT', () => {
    isStopped = true;
  });
  const tallies = await playMany(wanted, host);
  const isComplete = values.long && isAllPlayed(tallies);
  print(values.json ? JSON.stringify(tallies, null, 2) : summaryOf(tallies, isComplete));
  const isFailing = Object.values(tallies).some(({ failing }) => failing.length > 0);
  if (isFailing || (isComplete && rareFaults(tallies).length > 0)) process.exitCode = 1;
}

async function playOne(wanted: readonly FeedKey[], host: HostName, seed: number): Promise<void> {
  for (const feed of wanted) {
    const history = drawHistory(feed, seed);
    const played = await play(history, {}, { host });
    if (played.findings.length === 0) print(`${feed} ${seed}: ${played.events} events, nothing is wrong`);
    else process.exitCode = 1;
    await report(history, played, host);
  }
}

/** Writes the shortest history that fails in the same way. */
async function report(history: History, played: Played, host: HostName): Promise<void> {
  const options = { host, isStopped: () => isStopped || values['as-drawn'] };
  for (const kind of kindsOf(played.findings)) {
    const shrunk = await shrink(history, played, kind, options);
    logUpdate.clear();
    console.error(failureOf(history, kind, shrunk, host));
  }
}

const MAX_CALLS_RATIO = 1.05;

async function playLastRelease(wanted: readonly FeedKey[]): Promise<void> {
  const tag = lastTag();
  if (tag === undefined) {
    print('There is no tag v* yet, so no release can be played next to this one.');
    return;
  }
  const second = await taggedRelease(tag);
  for (const feed of wanted) {
    const { calls, events, due, findings } = await playSideBySide(feed, 1, second);
    const ratio = calls.together / calls.alone;
    if (ratio > MAX_CALLS_RATIO || findings.length > 0) process.exitCode = 1;
    print(
      `${feed} with ${tag}: ${calls.together} calls, ${ratio.toFixed(2)} of one release; ${events} events, ${due} due`,
    );
    for (const { kind, text } of findings) print(`  ${kind}: ${text}`);
  }
}

const nameOf = (feed: FeedKey, host: HostName) => (host === 'engine' ? feed : `${feed} on ${host}`);

/** Whether the histories of every feed through the engine, where every fault can strike, are those of `--long`. */
const isAllPlayed = (tallies: Tallies): boolean =>
  feeds.every((feed) => (tallies[nameOf(feed, 'engine')]?.histories ?? 0) >= LONG.engine);

async function playMany(wanted: readonly FeedKey[], host: HostName): Promise<Tallies> {
  const goal = whole(
    'histories',
    values.histories ?? String(values.long ? LONG[host] : ORDINARY),
    1,
    1_000_000,
  );
  const first = whole('first', values.first, 0, MAX_SEED);
  const kept: Tallies = values.long && !values.fresh ? readTallies(TOTALS) : {};
  const tallies: Tallies = { ...kept };
  const totalsOf = (feed: FeedKey) => tallies[nameOf(feed, host)] ?? emptyTotals(first);
  const put = (feed: FeedKey, totals: Totals) => {
    tallies[nameOf(feed, host)] = totals;
    if (values.long) keepTotals(TOTALS, nameOf(feed, host), totals);
  };
  await playFailing(wanted, host, totalsOf, put);
  const startedAt = Date.now();
  for (let played = 1; !isStopped; played += 1) {
    // All feeds come equally far.
    const [feed] = [...wanted].sort((a, b) => totalsOf(a).histories - totalsOf(b).histories);
    if (feed === undefined || totalsOf(feed).histories >= goal) break;
    const history = drawHistory(feed, totalsOf(feed).nextSeed);
    const outcome = await play(history, {}, { host });
    put(feed, withHistory(totalsOf(feed), history, outcome));
    await report(history, outcome, host);
    const all = wanted.map(totalsOf);
    const left = sum(all.map(({ histories }) => Math.max(0, goal - histories)));
    const done = sum(all.map(({ histories }) => Math.min(goal, histories)));
    const failing = sum(all.map((totals) => totals.failing.length));
    show(
      `${done} of ${goal * wanted.length} histories, ${failing} failing`,
      ((Date.now() - startedAt) / played) * left,
    );
  }
  logUpdate.clear();
  return tallies;
}

/** Plays again what failed in an earlier run. What is right now no longer counts as failing. */
async function playFailing(
  wanted: readonly FeedKey[],
  host: HostName,
  totalsOf: (feed: FeedKey) => Totals,
  put: (feed: FeedKey, totals: Totals) => void,
): Promise<void> {
  for (const feed of wanted) {
    for (const { seed } of totalsOf(feed).failing) {
      if (isStopped) return;
      const history = drawHistory(feed, seed);
      const played = await play(history, {}, { host });
      put(feed, withoutFailure(totalsOf(feed), seed, played));
      await report(history, played, host);
    }
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

const LINE_EVERY_MS = 30_000;
let shownAt = 0;

/** On a terminal all the time, elsewhere a line now and then. */
function show(where: string, leftMs: number): void {
  if (values.json) return;
  const line = `${where}, about ${Math.ceil(leftMs / 60_000)} min left`;
  if (process.stdout.isTTY) logUpdate(line);
  else if (Date.now() - shownAt > LINE_EVERY_MS) {
    shownAt = Date.now();
    print(line);
  }
}

await main().catch((error: unknown) => reportError('npm run lab', error));
