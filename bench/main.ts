/** `npm run bench`: every table, on the terminal and in bench/results.md. */

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readArguments, reportError, UsageError } from '../sandbox/arguments.ts';
import { isState } from '../tools/releases/checkout.ts';
import { benchClaims } from './claims.ts';
import { compareDelays } from './compare.ts';
import { benchDelay } from './delay.ts';
import { benchGrowth } from './growth.ts';
import { benchHub } from './hub.ts';
import { benchPollCost } from './poll-cost.ts';
import { benchPush } from './push.ts';
import { resultsPage } from './results.ts';
import { type Table, toText } from './table.ts';

const onRow = (line: string) => console.error(line);

const benches: Record<string, (share: number) => Promise<Table>> = {
  delay: (share) => benchDelay(share, onRow),
  claims: () => benchClaims(),
  cost: () => benchPollCost(),
  growth: (share) => benchGrowth(share, onRow),
  push: () => benchPush(),
  hub: () => benchHub(onRow),
};
const names = Object.keys(benches).join(', ');

const HELP = `npm run bench                 all tables; about an hour on an idle machine; writes bench/results.md
npm run bench -- --quick      a tenth of the simulated days; writes nothing
npm run bench -- --only NAME  one table: ${names}; writes nothing
npm run bench -- --against COMMIT   delays next to an earlier state, on the same orders and polls; writes nothing

bench/results.md comes from one run of all tables, and names the commit and the time.`;

const { values } = readArguments('npm run bench', {
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    against: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else if (values.only !== undefined && !Object.hasOwn(benches, values.only)) {
  reportError('npm run bench', new UsageError(`--only must be one of ${names}`));
} else if (values.against !== undefined && !isState(values.against)) {
  reportError(
    'npm run bench',
    new UsageError(`--against must be a tag or a commit; "${values.against}" is none`),
  );
} else if (values.against !== undefined) {
  console.log(`\n${toText(await compareDelays(values.against, onRow))}`);
} else {
  const begun = { commit: commit(), at: new Date() };
  const tables: Table[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (values.only !== undefined && values.only !== name) continue;
    console.error(`${name} …`);
    const startedAt = performance.now();
    const table = await bench(values.quick ? 0.1 : 1);
    console.error(`${name}: ${((performance.now() - startedAt) / 60_000).toFixed(1)} min`);
    console.log(`\n${toText(table)}`);
    tables.push(table);
  }
  // Tables of several runs would not be comparable.
  if (!values.quick && values.only === undefined) {
    const machine = `Node.js ${process.versions.node}, ${cpus().length} cores`;
    writeFileSync(new URL('./results.md', import.meta.url), resultsPage(tables, { ...begun, machine }));
  }
}

/** The commit that is measured, "with changes" where files differ from it. */
function commit(): string {
  const git = (...parameters: string[]) =>
    execFileSync('git', parameters, {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      encoding: 'utf8',
    }).trim();
  const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
  return `${git('rev-parse', '--short=12', 'HEAD')}${isChanged ? ' with changes' : ''}`;
}
