/** Adds rows to a sheet until it cannot be written, and prints the error. Argument: its path. */

import { csvSheet } from '../../lib/hosts/local/sheets.ts';

const sheet = csvSheet(process.argv[2] ?? '');
try {
  for (let n = 0; n < 1000; n += 1) sheet.append(['Order number', 'Products'], [String(n), 'x'.repeat(100)]);
} catch (error) {
  console.log((error as Error).message);
}
