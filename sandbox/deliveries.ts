/** The deliveries of a run, read from where they arrived: the group, the sheets, the ticket files. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Group } from './messengers.ts';

/** How often each card arrived, by title and text. */
export function cardCounts({ cards }: Group): Map<string, number> {
  return counted(cards.map(({ title, text }) => cardKey(title, text)));
}

export const cardKey = (title: string, text: string): string =>
  `${lettersAndDigits(title)}\n${lettersAndDigits(text)}`;

/**
 * Messengers and tickets write an event's text in their own markup, with their own escapes. Its letters and digits stay
 * the same.
 */
const lettersAndDigits = (text: string): string => text.replace(/[^\p{L}\p{N}\n]/gu, '');

/** How often each row occurs in a recipe's sheet, without the header. */
export function rowCounts(folder: string, recipe: string): Map<string, number> {
  const path = join(folder, 'sheets', `${recipe}.csv`);
  if (!existsSync(path)) return new Map();
  const [, ...rows] = readCsv(readFileSync(path, 'utf8'));
  return counted(rows.map(rowKey));
}

export const rowKey = (cells: readonly string[]): string => JSON.stringify(cells);

/** How often each ticket occurs among the files of a folder, by subject and time. */
export function ticketCounts(folder: string): Map<string, number> {
  if (!existsSync(folder)) return new Map();
  return counted(
    readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => {
        const { subject, occurred_at } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
        return ticketKey(subject, occurred_at);
      }),
  );
}

export const ticketKey = (subject: string, occurredAt: string | null): string =>
  `${lettersAndDigits(subject)}\n${occurredAt}`;

export const counted = (keys: readonly string[]): Map<string, number> =>
  new Map([...Map.groupBy(keys, (key) => key)].map(([key, list]) => [key, list.length]));

/** RFC 4180. @returns rows of cells */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/y;
  let row: string[] = [];
  cell.lastIndex = text.startsWith('\ufeff') ? 1 : 0;
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const [, quoted, plain, end] = cell.exec(text) ?? [];
    if (end === undefined) throw new Error(`not CSV at position ${at}`);
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
