/** What the products feed forgets and reads again, because the store has lost it or a workflow has missed it. */

import type { Visit } from './engine/design.ts';
import { noHistories } from './product-lists.ts';
import type { Products } from './product-pages.ts';
import { createdBefore } from './product-sales.ts';
import {
  afterLoss,
  fromFirstPages,
  interests,
  isReadAgain,
  isWanted,
  NOTHING,
  unnamedAfterLoss,
  unnamedAt,
} from './product-state.ts';

export function forgetLost(visit: Visit<Products>): void {
  const { lost, now } = visit;
  if (lost.watched || (lost.recordsSince !== undefined && !isReadAgain(visit.state, lost, now))) {
    const since = lost.recordsSince ?? now;
    const unnamed = unnamedAfterLoss(visit.state, since, now);
    visit.update({ ...fromFirstPages(afterLoss(visit.state, since, now), now), unnamed });
    // A product that is off the shelf just when the lists are read again was on sale before, and is not new after it.
    const onSale = createdBefore(visit.memory.onSale, visit.state.since);
    visit.remember({ ...visit.memory, lists: noHistories, onSale });
  }
  nameLost(visit);
}

/** Names what a workflow has missed once it is there: after a pause, one for other products may have polled first. */
function nameLost(visit: Visit<Products>): void {
  const { now, lost, state } = visit;
  const unnamed = unnamedAt(state, now);
  for (const name of interests) {
    const { from, to } = unnamed[name];
    if (to === 0 || !isWanted(state, name, now)) continue;
    // What is older than a week was missed in a pause.
    const isHeld = name === 'delisted' || (!lost.watched && lost.isOnlyMissed !== false);
    visit.report({ from, to, ...(isHeld && { isHeld }) });
    visit.update({ unnamed: { ...visit.state.unnamed, [name]: NOTHING } });
  }
}
