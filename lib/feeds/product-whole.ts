/** Gives up reading by time of change, where that misses products. */

import type { Visit } from './engine/design.ts';
import { asUnread, type ListName, MAX_READING_MS, ofEachList } from './product-lists.ts';
import type { Products } from './product-pages.ts';
import { readingWhole } from './product-state.ts';

/** From now on every list is read whole. */
export function readWhole(visit: Visit<Products>): void {
  const { lists } = visit.state;
  const histories = ofEachList((name) => {
    const history = visit.memory.lists[name];
    return lists[name].isLong ? asUnread(history) : history;
  });
  visit.remember({ ...visit.memory, lists: histories });
  const isFresh = (name: ListName) => visit.now - visit.memory.lists[name].startedAt <= MAX_READING_MS;
  visit.update(readingWhole(visit.state, isFresh, visit.now));
}
