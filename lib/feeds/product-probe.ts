/**
 * What the products feed takes over from a probe (`probe/`). Each answer is believed once, and whole lists that it has begun
 * are read for as long as capabilities last; then the feed goes by what it sees.
 */

import { CAPABILITIES_TTL_MS, type Capabilities, readCapabilities } from '../aliexpress/capabilities.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';
import type { Products } from './product-pages.ts';
import type { ProductsState } from './product-state.ts';
import { readWhole } from './product-whole.ts';

interface HeardProbe {
  state: ProductsState;
  /** Windows miss products that AliExpress takes down, so that whole lists are to be read from now on. */
  missesProducts: boolean;
}

/** The state after a probe has found out whether a take-down by AliExpress is in the window of its time. */
function withProbed(state: ProductsState, { probedAt, foundAt, takeDownIsChange }: Capabilities): HeardProbe {
  const heard = { ...state, heardProbedAt: probedAt };
  if (takeDownIsChange === null) return { state: heard, missesProducts: false };
  if (!takeDownIsChange) {
    // What a window has shown since is newer.
    if (state.provenAt > (foundAt.takeDownIsChange ?? probedAt))
      return { state: heard, missesProducts: false };
    return { state: { ...heard, isProven: false }, missesProducts: state.wholeSince === 0 };
  }
  // What the feed has seen itself is not taken back by a probe, which may repeat what an older one has found.
  const isByProbe = state.wholeSince > 0 && state.isWholeByProbe;
  return {
    state: {
      ...heard,
      isProven: state.wholeSince === 0 || isByProbe,
      ...(isByProbe && { wholeSince: 0, isWholeByProbe: false }),
    },
    missesProducts: false,
  };
}

/** Takes over what a probe has found out since the last visit. */
export async function hearProbe(services: FeedServices, visit: Visit<Products>): Promise<void> {
  // With whole lists alone the feed cannot find out that AliExpress has changed since.
  const isOver = visit.state.isWholeByProbe && visit.now - visit.state.wholeSince > CAPABILITIES_TTL_MS;
  if (isOver) visit.update({ wholeSince: 0, isWholeByProbe: false });
  const capabilities = await readCapabilities(services, visit.state.heardProbedAt);
  if (!capabilities) return;
  const { state, missesProducts } = withProbed(visit.state, capabilities);
  visit.update(state);
  if (!missesProducts) return;
  readWhole(visit);
  visit.update({ isWholeByProbe: true });
}
