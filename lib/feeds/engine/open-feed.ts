/** What the parts of the engine share about one feed of one shop. */

import { createPacer, type Pacer } from '../../budget/pacer.ts';
import type { FeedDesign, FeedTypes } from './design.ts';
import type { FeedServices } from './feed.ts';
import { type FeedHead, headFormat } from './feed-head.ts';
import { createSnapshots, type Snapshots, snapshotKey } from './snapshot.ts';

export interface OpenFeed<T extends FeedTypes> {
  services: FeedServices;
  design: FeedDesign<T>;
  pacer: Pacer;
  snapshots: Snapshots<FeedHead<T>, T['values']>;
  /** The caller that holds this key may refresh the feed. */
  leaseKey: string;
}

export function openFeed<T extends FeedTypes>(services: FeedServices, design: FeedDesign<T>): OpenFeed<T> {
  const { seller, store, clock, random, memo, log } = services;
  const name = `${seller}:${design.key}`;
  return {
    services,
    design,
    pacer: createPacer(design.demand),
    snapshots: createSnapshots({
      store,
      clock,
      random,
      key: snapshotKey(seller, design.key),
      state: headFormat(design.state),
      memo,
      log,
      watchedLifetime: design.memory.lifetime,
      watchedFormat: design.memory.format,
    }),
    leaseKey: `lease:${name}`,
  };
}
