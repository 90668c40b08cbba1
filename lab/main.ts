/** `npm run lab`: random histories of a shop with faults at every await, compared with what happened. */

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import logUpdate from 'log-update';
import type { FeedKey } from '../lib/feeds/engine/feed-status.ts';
import { UsageError, whole } from '../sandbox/arguments.ts';
import { lastTag } from '../tools/releases/checkout.ts';
import { findingKinds } from './findings.ts';
import { drawHistory } from './history.ts';
import { play } from './play.ts';
import { taggedRelease } from './release.ts';
import { failureOf, summaryOf } from './report.ts';
import { type HostName, hostNames } from './run-history.ts';
import { shrink } from './shrink.ts';
import { playSideBySide } from './side-by-side.ts';
import { feeds } from './subjects/index.ts';
import { emptyTotals, readTallies, type Tallies, withHistory, writeTallies } from './totals.ts';

const TOTALS = fileURLToPath(new URL('../.local/lab/totals.json', import.meta.url));
const ORDINARY = 200;
const LONG = 1000;

const HELP = `npm run lab -- [options]     random histories of a shop, with faults at every await

  --feed NAME       ${feeds.join(', ')} (all)
  --host NAME       ${hostNames.join(', ')} (engine); a history takes about ten times as long through the whole Zapier app
  --histories N     histories per feed (${ORDINARY}; ${LONG} with --long)
  --seed N          plays one history and shrinks it if it fails
  --first N         seed of the first history (1)
  --long            goes on where the last run stopped, until the kept totals have all histories; stop it with Ctrl+C
  --fresh           with --long: forgets the kept totals
  --last-release    plays the release of the last tag next to this one, for a day and a half of each feed
  --json            writes the tallies as JSON
  --help            this text`;

const { values } = parseArgs({
  options: {
    feed: { type: 'string' },
    host: { type: 'string', default: 'engine' },
    histories: { type: 'string' },
    seed: { type: 'string' },
    first: { type: 'string', default: '1' },
    long: { type: 'boolean', default: false },
    'last-release': { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const MAX_SEED = 2 ** 31;
let isStopped = false;

async function main(): Promise<void> {
  if (values.help) {
    console.log(HELP);
    return;
  }
  const { feed } = values;
  if (feed !== undefined && !feeds.some((known) => known === feed))
    throw new UsageError(`--feed must be one of ${feeds.join(', ')}`);
  const host = hostNames.find((known) => known === values.host);
  if (!host) throw new UsageError(`--host must be one of ${hostNames.join(', ')}`);
  const wanted = feeds.filter((known) => feed === undefined || known === feed);
  if (values['last-release']) return playLastRelease(wanted);
  if (values.seed !== undefined) return playOne(wanted, host, whole('seed', values.seed, 0, MAX_SEED));
  process.on('SIGINT', () => {
    isStopped = true;
  });
  const tallies = await playMany(wanted, host);
  console.log(values.json ? JSON.stringify(tallies, null, 2) : summaryOf(tallies));
  if (Object.values(tallies).some(({ failing }) => failing.length > 0)) process.exitCode = 1;
}

async function playOne(wanted: readonly FeedKey[], host: HostName, seed: number): Promise<void> {
  for (const feed of wanted) {
    const history = drawHistory(feed, seed);
    const played = await play(history, {}, { host });
    const kinds = findingKinds.filter((kind) => played.findings.some((finding) => finding.kind === kind));
    if (kinds.length === 0) console.log(`${feed} ${seed}: ${played.events} events, nothing is wrong`);
    for (const kind of kinds) {
      console.log(failureOf(history, kind, await shrink(history, played, kind, host)));
      process.exitCode = 1;
    }
  }
}

const MAX_CALLS_RATIO = 1.05;

async function playLastRelease(wanted: readonly FeedKey[]): Promise<void> {
  const tag = lastTag();
  if (tag === undefined) {
    console.log('There is no tag v* yet, so no release can be played next to this one.');
    return;
  }
  const second = await taggedRelease(tag);
  for (const feed of wanted) {
    const { calls, events, due, findings } = await playSideBySide(feed, 1, second);
    const ratio = calls.together / calls.alone;
    if (ratio > MAX_CALLS_RATIO || findings.length > 0) process.exitCode = 1;
    console.log(
      `${feed} with ${tag}: ${calls.together} calls, ${ratio.toFixed(2)} of one release; ${events} events, ${due} due`,
    );
    for (const { kind, text } of findings) console.log(`  ${kind}: ${text}`);
  }
}

async function playMany(wanted: readonly FeedKey[], host: HostName): Promise<Tallies> {
  const goal = whole('histories', values.histories ?? String(values.long ? LONG : ORDINARY), 1, 1_000_000);
  const first = whole('first', values.first, 0, MAX_SEED);
  const tallies: Tallies = values.long && !values.fresh ? readTallies(TOTALS) : {};
  const nameOf = (feed: FeedKey) => (host === 'engine' ? feed : `${feed} on ${host}`);
  const todo = () =>
    wanted.map((feed) => goal - (tallies[nameOf(feed)]?.histories ?? 0)).filter((left) => left > 0);
  const startedAt = Date.now();
  let played = 0;
  for (const feed of wanted) {
    const name = nameOf(feed);
    for (;;) {
      const totals = tallies[name] ?? emptyTotals(first);
      tallies[name] = totals;
      if (isStopped || totals.histories >= goal) break;
      const history = drawHistory(feed, totals.nextSeed);
      const next = withHistory(totals, history, await play(history, {}, { host }));
      tallies[name] = next;
      played += 1;
      if (values.long) writeTallies(TOTALS, tallies);
      const left = todo().reduce((sum, n) => sum + n, 0);
      show(
        `${name} ${next.histories} of ${goal}`,
        ((Date.now() - startedAt) / played) * left,
        next.failing.length,
      );
    }
  }
  logUpdate.clear();
  return tallies;
}

const LINE_EVERY_MS = 30_000;
let shownAt = 0;

/** On a terminal all the time, elsewhere a line now and then. */
function show(where: string, leftMs: number, failing: number): void {
  if (values.json) return;
  const minutes = Math.ceil(leftMs / 60_000);
  const line = `${where}, ${failing} failing, about ${minutes} min left`;
  if (process.stdout.isTTY) logUpdate(line);
  else if (Date.now() - shownAt > LINE_EVERY_MS) {
    shownAt = Date.now();
    console.log(line);
  }
}

await main().catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\nnpm run lab -- --help`);
  process.exitCode = 2;
});
