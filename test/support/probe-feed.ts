/** A feed of which a test says what a visit does, on the engine, the store, the budget and the pacer of all feeds. */

import * as z from 'zod';
import { orderList } from '../../lib/aliexpress/methods/order-list.ts';
import { createFeed } from '../../lib/feeds/engine/create-feed.ts';
import { type FeedDesign, type Loss, noMemory, type Visit } from '../../lib/feeds/engine/design.ts';
import { HOUR } from '../../lib/runtime.ts';
import { stored } from '../../lib/stores/stored.ts';
import { openShopServices, type ShopOptions } from './shop-services.ts';

const stateFormat = stored(() => ({ topic: z.string().default(''), missingSince: z.number().default(0) }));

export interface ProbeTypes {
  state: z.infer<typeof stateFormat>;
  values: Record<string, unknown>;
  interest: string | undefined;
  memory: undefined;
}

export interface ProbeVisit {
  now: number;
  credit: number;
  lost: Loss;
  state: ProbeTypes['state'];
}

export type ProbeOptions = ShopOptions & Partial<FeedDesign<ProbeTypes>>;

interface Script {
  /** How much later than its clock each call says it was answered, milliseconds. */
  offMs: number;
  /** Called with the number of each call, from 1, after it was paid; may throw. */
  onCall: (nth: number) => unknown;
  /** What a visit does after its call. */
  afterCall: (visit: Visit<ProbeTypes>) => unknown;
  isComplete: boolean;
}

/** The feed has as many calls a day as it needs, unless the test says otherwise. */
export function openProbeFeed({ at, limit = 2000, through, ...design }: ProbeOptions = {}) {
  const shop = openShopServices({ ...(at && { at }), limit, ...(through && { through }) });
  const visits: ProbeVisit[] = [];
  const lanes: string[] = [];
  const script: Script = {
    offMs: 0,
    onCall: () => undefined,
    afterCall: () => undefined,
    isComplete: true,
  };
  const feed = createFeed<ProbeTypes>(shop, {
    key: 'orders',
    demand: { weight: 1, cost: 1 },
    state: stateFormat,
    memory: noMemory,
    initialState: () => ({ topic: '', missingSince: 0 }),
    completeSince: (now) => now - HOUR,
    afterLoss: (state, { from }) => ({ ...state, missingSince: from }),
    fetch: async (visit) => {
      const { now, credit, lost, state } = visit;
      visits.push({ now, credit, lost, state });
      await visit.call(orderList, {} as never);
      visit.keep(`${visits.length}`, { nth: visits.length });
      await script.afterCall(visit);
      return script.isComplete;
    },
    ...design,
  });
  shop.gateway = {
    call: async (_method, _request, { lane, onPaid }) => {
      await shop.budget.spend(lane);
      onPaid?.();
      lanes.push(lane);
      await script.onCall(lanes.length);
      return { answer: {} as never, answeredAt: shop.clock.now() + script.offMs };
    },
  };
  return Object.assign(script, {
    shop,
    feed,
    /** The visits that were begun. */
    visits,
    /** By whom each call was paid. */
    lanes,
    /** As if the next reading were that of another process. */
    reopen: () => {
      for (const known of Object.values(shop.memo)) known.clear();
    },
  });
}
