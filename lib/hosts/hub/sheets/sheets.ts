/**
 * Sheets of recipes: one file for each recipe and month. A row is in the journal before its step counts as done, and the
 * file is written again soon after. A file that is open in a spreadsheet is written when it is closed.
 */

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { PackEvent } from '../../../pack/event.ts';
import type { RecipeDeclaration, SheetStep } from '../../../pack/recipe.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../runtime.ts';
import { steadyNow } from '../../../steady-now.ts';
import { alertsIn } from '../alerts/alerts.ts';
import { SHEET_FORMAT } from '../recipes/fields.ts';
import { sheetFolder } from '../recipes/files.ts';
import { recipeSettingsIn } from '../recipes/settings.ts';
import type { HubRuntime } from '../runtime.ts';
import { startLoop } from '../schedule/loop.ts';
import { deletionGate, serverNow } from '../shops/server-time.ts';
import { isShopId } from '../shops/shop-id.ts';
import { BEIJING_MS, columnsOf, rowOf } from './columns.ts';
import { type Journal, openJournal, type RowValues, readJournal } from './journal.ts';
import { type SheetFormat, writeSheet } from './workbook.ts';

export interface NewRow {
  shop: string;
  recipe: RecipeDeclaration;
  step: SheetStep;
  event: PackEvent;
  /** When the event was found, epoch milliseconds: decides the month. */
  foundAt: number;
}

export interface Sheets {
  /** Adds a row, unless the event has one. It is on disk when this returns. @throws an error of the file system */
  addRow(row: NewRow): void;
  /** How many files are being written or are about to be. */
  running(): number;
  /** Writes the files that wait for it. Those for which no time is left are written after the next start. */
  stop(): Promise<void>;
}

/** A sheet of one month. */
interface Sheet {
  shop: string;
  recipe: RecipeDeclaration;
  step: SheetStep;
  /** "2026-11", in Beijing. */
  month: string;
}

/** So that many rows at once are written once. */
const WRITE_AFTER_MS = 5 * SECOND;
const RETRY_MS = MINUTE;
const MAX_SLEEP_MS = MINUTE;
/** How often journals that are not needed any more are looked for. */
const SWEEP_EVERY_MS = HOUR;
/** After this an event is not found again, so its row is not looked for. */
const KEEP_JOURNAL_MS = 100 * DAY;
/** What the file system answers for a file that another program has open. */
const OPEN_ELSEWHERE = ['EBUSY', 'EPERM', 'EACCES'];

const monthOf = (at: number): string => new Date(at + BEIJING_MS).toISOString().slice(0, 7);
const nameOf = ({ recipe, month }: Sheet): string => `${recipe.key}-${month}`;

export function startSheets(runtime: HubRuntime): Sheets {
  const { database, vault, clock, log, hub, interruption } = runtime;
  const steady = steadyNow(clock);
  const journals = new Map<string, Journal>();
  /** By the path of the journal: when the file is written. */
  const waiting = new Map<string, { sheet: Sheet; at: number }>();
  let writing = 0;

  const folderOf = ({ shop }: Sheet): string => sheetFolder(hub.folder, shop);
  const journalOf = (sheet: Sheet): string => join(folderOf(sheet), 'journal', `${nameOf(sheet)}.ndjson`);

  async function write(path: string, sheet: Sheet, format: SheetFormat): Promise<void> {
    const file = join(folderOf(sheet), `${nameOf(sheet)}.${format}`);
    const alert = `sheet ${basename(file)} ${sheet.shop}`;
    const alerts = alertsIn(database);
    // The shop may have been removed meanwhile.
    if (!existsSync(path)) return;
    try {
      const { recipe, step } = sheet;
      const rows = valuesIn(path);
      await writeSheet(file, format, { name: step.sheet.name.zh, columns: columnsOf(recipe, step), rows });
      alerts.clear(alert);
    } catch (error) {
      if (!existsSync(path)) return;
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      log('a sheet could not be written', { file: basename(file), code });
      waiting.set(path, { sheet, at: steady() + RETRY_MS });
      alerts.raise({ key: alert, shop: sheet.shop, text: unwritable(basename(file), code) }, clock.now());
    }
  }

  const formatOf = ({ shop, recipe }: Sheet): SheetFormat =>
    recipeSettingsIn(database, vault).read(shop, recipe.key)[SHEET_FORMAT] === 'csv' ? 'csv' : 'xlsx';

  async function writeDue(now: number): Promise<void> {
    for (const [path, { sheet, at }] of [...waiting]) {
      if (at > now || interruption.aborted) continue;
      // If the database cannot be read, the sheet waits on.
      const format = formatOf(sheet);
      waiting.delete(path);
      writing += 1;
      await write(path, sheet, format).finally(() => {
        writing -= 1;
      });
    }
  }

  const wait = (sheet: Sheet) => {
    const path = journalOf(sheet);
    const at = steady() + WRITE_AFTER_MS;
    if (!waiting.has(path)) waiting.set(path, { sheet, at });
  };
  for (const sheet of recentSheets(runtime)) wait(sheet);
  let sweptAt = -Infinity;
  const gate = deletionGate(runtime, SWEEP_EVERY_MS);

  const loop = startLoop(runtime, 'sheets', async () => {
    await writeDue(steady());
    if (steady() - sweptAt >= SWEEP_EVERY_MS) {
      gate(() => removeOldJournals(runtime));
      sweptAt = steady();
    }
    const next = Math.min(...[...waiting.values()].map(({ at }) => at));
    return Math.min(MAX_SLEEP_MS, Math.max(0, next - steady()));
  });
  return {
    addRow: ({ shop, recipe, step, event, foundAt }) => {
      const sheet = { shop, recipe, step, month: monthOf(foundAt) };
      const path = journalOf(sheet);
      // The shop may have been removed and connected again.
      const journal = (existsSync(path) && journals.get(path)) || openJournal(path);
      journals.set(path, journal);
      journal.append(event.id, rowOf(columnsOf(recipe, step), event));
      wait(sheet);
      loop.wake();
    },
    running: () => writing,
    stop: async () => {
      await loop.stop();
      await writeDue(Infinity);
    },
  };
}

function* valuesIn(path: string): Generator<RowValues> {
  for (const { values } of readJournal(path)) yield values;
}

/** The sheets of the present and the last month: a process may have been killed between a row and its file. */
function* recentSheets({ registry, clock, hub }: HubRuntime): Generator<Sheet> {
  const now = clock.now();
  const recent = [monthOf(now), monthOf(now - 28 * DAY)];
  for (const { shop, key, month } of journalsIn(hub.folder)) {
    const recipe = registry.recipes.find((each) => each.key === key);
    const step = recipe?.steps.find((each) => 'sheet' in each);
    if (recipe && step && recent.includes(month)) yield { shop, recipe, step, month };
  }
}

/** The files of their sheets stay. */
function removeOldJournals(runtime: HubRuntime): void {
  const before = serverNow(runtime) - KEEP_JOURNAL_MS;
  for (const { path, month } of journalsIn(runtime.hub.folder))
    if (Date.parse(`${month}-28`) < before) rmSync(path, { force: true });
}

/** @param data the folder of the hub's data */
function* journalsIn(data: string) {
  const shops = join(data, 'sheets');
  const names = existsSync(shops) ? readdirSync(shops) : [];
  for (const shop of names.filter(isShopId)) {
    const folder = join(sheetFolder(data, shop), 'journal');
    for (const file of existsSync(folder) ? readdirSync(folder) : []) {
      const [, key, month = ''] = /^(\w+)-(\d{4}-\d\d)\.ndjson$/.exec(file) ?? [];
      yield { path: join(folder, file), shop, key, month };
    }
  }
}

const unwritable = (file: string, code: string) =>
  OPEN_ELSEWHERE.includes(code)
    ? {
        en: `${file} cannot be replaced. It may be open in another program: close it there. Its new rows are kept and added then.`,
        zh: `无法写入 ${file}，可能正被其他程序打开，请关闭。新增的行已保存，关闭后自动写入。`,
      }
    : {
        en: `${file} cannot be written (${code}). Its new rows are kept and added as soon as it can.`,
        zh: `无法写入 ${file}（${code}）。新增的行已保存，恢复后自动写入。`,
      };
