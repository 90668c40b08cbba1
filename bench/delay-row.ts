/** One row of `delay.ts`. Its arguments are the row's place in the table and the share of days; it prints the row as JSON. */

import { delayRow } from './delay.ts';

const [n = 0, share = 1] = process.argv.slice(2).map(Number);
const print = console.log.bind(console);
print(JSON.stringify(await delayRow(n, share)));
