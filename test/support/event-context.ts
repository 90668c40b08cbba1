import type { EventContext } from '../../lib/pack/event.ts';

/** A shop whose name is not known yet. @param now epoch milliseconds */
export const contextAt = (now: number): EventContext => ({ now, shop: { id: '2201234567890', name: null } });
