/** `npm run bench`: every table, on the terminal and in bench/results.md. `-- --quick` for a first look. */

import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchClaims } from './claims.ts';
import { benchDelay } from './delay.ts';
import { benchPollCost } from './poll-cost.ts';
import { type Table, toMarkdown, toText } from './table.ts';

const HELP = `npm run bench                 all tables; about twenty minutes; writes bench/results.md
npm run bench -- --quick      a tenth of the simulated days; writes nothing
npm run bench -- --only NAME  delay, claims or cost; writes nothing`;

const benches: Record<string, (share: number) => Promise<Table>> = {
  delay: (share) => benchDelay(share, (line) => console.error(line)),
  claims: () => benchClaims(),
  cost: () => benchPollCost(),
};

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help || (values.only !== undefined && !(values.only in benches))) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  const tables: Table[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (values.only !== undefined && values.only !== name) continue;
    console.error(`${name} …`);
    const table = await bench(values.quick ? 0.1 : 1);
    console.log(`\n${toText(table)}`);
    tables.push(table);
  }
  if (!values.quick && values.only === undefined) {
    const machine = `Node.js ${process.versions.node}, ${cpus().length} cores. Written by \`npm run bench\`.`;
    const page = ['# Results', '', machine, '', ...tables.map(toMarkdown)].join('\n');
    writeFileSync(new URL('./results.md', import.meta.url), `${page.trimEnd()}\n`);
  }
}
