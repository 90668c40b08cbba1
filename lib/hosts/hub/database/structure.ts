/** Compares the tables, indexes, views and triggers of a database with those that migrations make. */

import type { DatabaseSync } from 'node:sqlite';
import type { Bilingual } from '../../../problems.ts';
import { connectTo } from '../../../stores/sqlite.ts';

interface Part {
  type: string;
  name: string;
  sql: string | null;
}

const TYPES: Readonly<Record<string, Bilingual>> = {
  table: { en: 'table', zh: '表' },
  index: { en: 'index', zh: '索引' },
  view: { en: 'view', zh: '视图' },
  trigger: { en: 'trigger', zh: '触发器' },
};
const MAX_NAMED = 5;
const MAX_NAME = 40;

/** How the database differs; undefined if it does not. */
export function differencesIn(db: DatabaseSync, migrations: readonly string[]): Bilingual | undefined {
  const made = connectTo(':memory:');
  for (const migration of migrations) made.exec(migration);
  const expected = partsOf(made);
  made.close();
  const found = partsOf(db);
  const differences = [
    ...[...expected.values()].flatMap((part) => {
      const other = found.get(keyOf(part));
      if (!other) return [describe(part, { en: 'is missing', zh: '缺失' })];
      return other.sql === part.sql ? [] : [describe(part, { en: 'is another one', zh: '不一致' })];
    }),
    ...[...found.values()].flatMap((part) =>
      expected.has(keyOf(part)) ? [] : [describe(part, { en: 'does not belong there', zh: '多余' })],
    ),
  ];
  if (differences.length === 0) return undefined;
  const more = differences.length - MAX_NAMED;
  const named = differences.slice(0, MAX_NAMED);
  return {
    en: named.map(({ en }) => en).join(', ') + (more > 0 ? ` and ${more} more` : ''),
    zh: named.map(({ zh }) => zh).join('、') + (more > 0 ? `等 ${differences.length} 处` : ''),
  };
}

const keyOf = ({ type, name }: Part): string => `${type} ${name}`;

function partsOf(db: DatabaseSync): Map<string, Part> {
  const parts = db.prepare('SELECT type, name, sql FROM sqlite_schema').all() as unknown as Part[];
  return new Map(parts.map((part) => [keyOf(part), part]));
}

/** Names in a foreign file may hold anything. */
function describe({ type, name }: Part, difference: Bilingual): Bilingual {
  const shown = name.replace(/\W/g, '?').slice(0, MAX_NAME);
  const { en, zh } = TYPES[type] ?? { en: type, zh: type };
  return { en: `${en} ${shown} ${difference.en}`, zh: `${zh} ${shown} ${difference.zh}` };
}
