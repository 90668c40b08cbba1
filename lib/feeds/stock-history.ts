/**
 * What the stock feed remembers of a SKU for longer than a record may be stored: the levels of its stock that tell since
 * when it is low, and for which time. So a low stock is neither missed nor announced again when the snapshot is lost.
 */

import * as z from 'zod';
import { SECOND } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { type LastingRows, openLastingRows } from './engine/lasting-rows.ts';
import { entryOf, type KnownStates, type RecordState } from './engine/record-states.ts';

const rowFormat = stored(() => ({
  /** When a visit saw the last change. */
  since: z.number().default(0),
  /** Stock, since when in epoch seconds, and entry of each state, the oldest first. */
  levels: z.array(z.tuple([z.number(), z.number(), z.number()])).default([]),
}));
type StockRow = z.infer<typeof rowFormat>;

export interface StockHistory extends Omit<LastingRows<StockRow>, 'find' | 'put'> {
  /** The remembered states of a SKU; undefined if there are none. */
  statesOf(key: string): KnownStates | undefined;
  /** @param states of the SKU, as the feed knows them now */
  record(key: string, states: readonly RecordState[]): void;
}

export function openStockHistory(services: Parameters<typeof openLastingRows>[0]): StockHistory {
  const { find, put, ...rows } = openLastingRows(services, { name: 'stock1', format: rowFormat });
  return {
    ...rows,
    statesOf: (key) => {
      const row = find(key);
      return row && { states: statesIn(row), fetchedAt: row.since * SECOND, changedAt: undefined };
    },
    record: (key, states) => {
      const levels = levelsOf(states);
      if (JSON.stringify(find(key)?.levels) === JSON.stringify(levels)) return;
      put(key, { since: Math.floor(services.clock.now() / SECOND), levels });
    },
  };
}

const statesIn = ({ levels }: StockRow): RecordState[] =>
  levels.map(([stock, since, entry]) => ({
    values: { stock },
    since: since * SECOND,
    ...(entry > 1 && { entry }),
  }));

const levelsOf = (states: readonly RecordState[]): StockRow['levels'] =>
  states.map((state) => [stockOf(state), Math.floor(state.since / SECOND), entryOf(state)]);

export const stockOf = ({ values }: RecordState): number => Number(values.stock);

/** As many levels below which a stock is low can be told apart. */
const MAX_LEVELS = 40;

/**
 * The states that say since when a stock is at or below a level, whatever the level: each one that is higher than all
 * that follow, and the one after it.
 */
export function decisiveStates(states: readonly RecordState[]): readonly RecordState[] {
  let highest = Number.NEGATIVE_INFINITY;
  const decisive: RecordState[] = [];
  for (let n = states.length - 1; n >= 0; n -= 1) {
    const [state, before] = [states[n] as RecordState, states[n - 1]];
    const isHigher = stockOf(state) > highest;
    highest = Math.max(highest, stockOf(state));
    if (isHigher || !before || stockOf(before) > highest) decisive.push(state);
  }
  return decisive.reverse().slice(-MAX_LEVELS);
}
