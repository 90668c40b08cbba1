/** `npm run bench`: every table, on the terminal and in bench/results.md. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { readArguments, reportUsage, UsageError } from '../sandbox/arguments.ts';
import { isState } from '../tools/releases/checkout.ts';
import { benchClaims } from './claims.ts';
import { compareDelays } from './compare.ts';
import { benchDelay } from './delay.ts';
import { benchHub } from './hub.ts';
import { benchPollCost } from './poll-cost.ts';
import { benchPush } from './push.ts';
import { type Table, toMarkdown, toText } from './table.ts';

const HELP = `npm run bench                 all tables; about twenty minutes; writes bench/results.md
npm run bench -- --quick      a tenth of the simulated days; writes nothing
npm run bench -- --only NAME  delay, claims, cost, push or hub; replaces that table in bench/results.md
npm run bench -- --against COMMIT   delays next to an earlier state, on the same orders and polls; writes nothing`;

const benches: Record<string, (share: number) => Promise<Table>> = {
  delay: (share) => benchDelay(share, (line) => console.error(line)),
  claims: () => benchClaims(),
  cost: () => benchPollCost(),
  push: () => benchPush(),
  hub: () => benchHub((line) => console.error(line)),
};

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
  const names = Object.keys(benches).join(', ');
  reportUsage('npm run bench', new UsageError(`--only must be one of ${names}`));
} else if (values.against !== undefined && !isState(values.against)) {
  reportUsage(
    'npm run bench',
    new UsageError(`--against must be a tag or a commit; "${values.against}" is none`),
  );
} else if (values.against !== undefined) {
  console.log(`\n${toText(await compareDelays(values.against, (line) => console.error(line)))}`);
} else {
  const tables: Table[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (values.only !== undefined && values.only !== name) continue;
    console.error(`${name} …`);
    const table = await bench(values.quick ? 0.1 : 1);
    console.log(`\n${toText(table)}`);
    tables.push(table);
  }
  if (!values.quick) writeResults(tables);
}

/** Writes the tables into results.md. Tables that were not measured now stay as they are. */
function writeResults(tables: Table[]): void {
  const file = new URL('./results.md', import.meta.url);
  const [, ...known] = existsSync(file) ? readFileSync(file, 'utf8').split(/^(?=## )/m) : [];
  const sections = new Map(known.map((section) => [section.split('\n')[0], section.trim()]));
  const machine = `Node.js ${process.versions.node}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}.`;
  for (const table of tables) {
    const section = `${toMarkdown(table).trim()}\n- Measured on ${machine}`;
    sections.set(section.split('\n')[0], section);
  }
  writeFileSync(file, `${['# Results', 'Written by `npm run bench`.', ...sections.values()].join('\n\n')}\n`);
}
