/**
 * The disputes feed: the list of open disputes, and where a workflow looks at deadlines, the detail of each.
 *
 * - The list is asked for at once when the orders feed shows an order in dispute that was not looked for before; that
 *   costs no call. Besides, it is asked for every three hours.
 * - A detail is asked for again only when the list says that the dispute has changed, or when the time it named is over.
 * - AliExpress wants the buyer's login with the detail. It stands in the row of the list, goes from there into the
 *   request, and nowhere else. So the details of a page are asked for right after the page, and a page of which some
 *   are left is read again by the next visit.
 */

import * as z from 'zod';
import { convert } from '../aliexpress/convert.ts';
import { OPEN } from '../aliexpress/dispute-terms.ts';
import { disputeDetail } from '../aliexpress/methods/dispute-detail.ts';
import { DISPUTE_PAGE_SIZE, disputeList } from '../aliexpress/methods/dispute-list.ts';
import { IN_DISPUTE } from '../aliexpress/order-status.ts';
import { dispute } from '../aliexpress/records/dispute.ts';
import { openDispute } from '../aliexpress/records/open-dispute.ts';
import * as wire from '../aliexpress/wire.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { isProblem, type Problem } from '../problems.ts';
import { HOUR } from '../runtime.ts';
import type { FeedEngine, FeedServices, Reader } from './engine/feed.ts';
import { readFeedStatus } from './engine/feed-status.ts';
import { RETENTION_MS } from './engine/snapshot.ts';
import { createFeed, type FeedDesign, type Visit, type Waiting } from './engine/visits.ts';
import { createOrdersFeed } from './orders.ts';

export const disputes: FeedDeclaration<typeof dispute.fields> = {
  key: 'disputes',
  record: dispute,
  reads: [disputeList],
  freshness: {
    en: 'Disputes are checked as soon as an order trigger shows a new one, and every 3 hours. Without an order trigger, they are checked as often as the 200 calls a day allow.',
    zh: '订单触发器发现新纠纷时立即查询，另外每 3 小时查询一次；未启用订单触发器时，按每天 200 次调用所允许的频率查询。',
  },
};

/** The open disputes of which it is known who has to act next. */
export const disputeDeadlines: FeedDeclaration<typeof openDispute.fields> = {
  key: 'dispute_deadlines',
  record: openDispute,
  reads: [disputeList, disputeDetail],
  freshness: {
    en: 'Disputes are checked as soon as an order trigger shows a new one, and every 3 hours. Each open dispute uses 1 more of the 200 calls a day, and 1 whenever it changes.',
    zh: '订单触发器发现新纠纷时立即查询，另外每 3 小时查询一次。每个处理中的纠纷多消耗 1 次调用，有变化时再消耗 1 次（每天共 200 次）。',
  },
};

/** How far back a dispute is new to a feed that begins: further than two looks are apart. */
const FIRST_LOOKBACK_MS = 6 * HOUR;
const SWEEP_EVERY_MS = 3 * HOUR;
/** A workflow that looks at deadlines is remembered for so long, and noted again after an hour. */
const INTEREST_TTL_MS = 26 * HOUR;
const RECORD_INTERVAL_MS = HOUR;
const MAX_REMEMBERED_ORDERS = 500;
/** No word of AliExpress's, and never handed out: it stands where a dispute is no longer listed. */
const CLOSED = 'over';

const stateSchema = z.object({
  dueAt: z.number(),
  /** The page to be read next, from 1 on. */
  page: z.number(),
  /** Orders in dispute that the list was read for, or has shown. */
  asked: z.array(z.string()),
  /** When a workflow last wanted deadlines. */
  deadlinesWantedAt: z.number(),
  /** What was left when the last visit ended. */
  waiting: z.object({ count: z.number(), since: z.number() }).nullable(),
});
type State = z.infer<typeof stateSchema>;
type Row = ValuesOf<typeof dispute.fields>;
type OpenDispute = ValuesOf<typeof openDispute.fields>;
type Values = Row | OpenDispute;

/** A row of the list. `raw` holds the buyer's login, and so lives no longer than the visit. */
interface Listed {
  row: Row;
  raw: Record<string, unknown>;
}

function createBothFeeds(services: FeedServices): FeedEngine {
  const { seller, store, log } = services;
  const orders = createOrdersFeed(services);

  async function ordersInDispute(): Promise<string[]> {
    const known = await orders.known().catch(() => []);
    return known
      .filter(
        ({ status, issue_status }) =>
          IN_DISPUTE.includes(status as string) || IN_DISPUTE.includes(issue_status as string),
      )
      .slice(0, MAX_REMEMBERED_ORDERS)
      .map(({ order_id }) => String(order_id));
  }

  /** Each order is looked for once: a list that does not show its dispute then will be read again soon enough. */
  function recordOrders(state: State, inDispute: readonly string[], now: number): boolean {
    const news = inDispute.filter((id) => !state.asked.includes(id));
    if (news.length === 0) return false;
    state.asked = [...state.asked.filter((id) => inDispute.includes(id)), ...news];
    readFromTheStart(state, now);
    return true;
  }

  function recordDeadlines(state: State, now: number): boolean {
    if (now - state.deadlinesWantedAt < RECORD_INTERVAL_MS) return false;
    if (now - state.deadlinesWantedAt > INTEREST_TTL_MS) readFromTheStart(state, now);
    state.deadlinesWantedAt = now;
    return true;
  }

  async function readPage(visit: Visit<State, Values>): Promise<{ listed: Listed[]; left: number }> {
    const { state } = visit;
    const { answer, answeredAt } = await visit.call(disputeList, {
      current_page: state.page,
      page_size: DISPUTE_PAGE_SIZE,
      issue_status: OPEN,
    });
    const listed = answer.data_list.flatMap((item) => take(item, answeredAt, visit));
    const orderIds = listed.flatMap(({ row }) => row.order_id ?? []);
    state.asked = [...new Set([...state.asked, ...orderIds])].slice(0, MAX_REMEMBERED_ORDERS);
    const left = answer.data_list.length > 0 ? answer.total_item - state.page * DISPUTE_PAGE_SIZE : 0;
    return { listed, left: Math.max(0, left) };
  }

  function take(item: unknown, answeredAt: number, visit: Visit<State, Values>): Listed[] {
    const converted = convert(dispute, item, answeredAt);
    const row = converted?.values;
    if (!row?.opened_at) {
      log('a dispute without a number, status or date was left out', { method: disputeList.name });
      return [];
    }
    for (const field of converted?.unreadable ?? []) log('a field of a dispute could not be read', { field });
    const openedAt = Date.parse(row.opened_at);
    // An older one was known once, and forgotten.
    visit.keep(row.dispute_id, row, visit.now - openedAt < RETENTION_MS ? openedAt : undefined);
    return [{ row, raw: wire.record.parse(item) }];
  }

  /** Asks for the details that are not known, oldest dispute first. @returns how many are left */
  async function fetchDetails(listed: readonly Listed[], visit: Visit<State, Values>, more: number) {
    const { now, state } = visit;
    const unknown = listed.filter(({ row }) => {
      const known = knownTurn(visit, row.dispute_id);
      if (!known || isOutdated(known, row, now)) return true;
      visit.keep(turnKey(row.dispute_id), { ...known, ...row });
      return false;
    });
    unknown.sort((a, b) => String(a.row.opened_at).localeCompare(String(b.row.opened_at)));

    let changed: Problem | undefined;
    let understood = 0;
    for (const [done, { row, raw }] of unknown.entries()) {
      state.waiting = leftOver(state, unknown.length - done + more, now);
      if (!visit.canContinue()) return { left: unknown.length - done, understood, changed };
      try {
        await fetchDetail(row.dispute_id, raw, visit);
        understood += 1;
      } catch (error) {
        if (!isProblem(error, 'request_refused', 'answer_changed', 'bad_input')) throw error;
        log('the detail of a dispute could not be read', { because: error.kind });
        if (error.is('answer_changed')) changed = error;
      }
    }
    return { left: 0, understood, changed };
  }

  async function fetchDetail(id: string, raw: Listed['raw'], visit: Visit<State, Values>): Promise<void> {
    const login = wire.id.safeParse(raw.buyer_login_id).data ?? '';
    const { answer, answeredAt } = await visit.call(disputeDetail, { buyer_login_id: login, issue_id: id });
    if (!answer.result_object) {
      log('a dispute has no detail', { method: disputeDetail.name });
      return;
    }
    const whole = { ...answer.result_object, ...raw, seen_at: answeredAt };
    const converted = convert(openDispute, whole, answeredAt);
    for (const field of converted?.unreadable ?? []) log('a field of a dispute could not be read', { field });
    if (converted) visit.keep(turnKey(id), converted.values);
  }

  const design: FeedDesign<State, Values> = {
    key: 'disputes',
    demand: { weight: 5, cost: 1 },
    state: stateSchema,
    first: (now) => ({ dueAt: now, page: 1, asked: [], deadlinesWantedAt: 0, waiting: null }),
    completeSince: (now) => now - FIRST_LOOKBACK_MS,
    // It stays in the list until somebody acts.
    backfills: true,
    lost: (state, _, now) => readFromTheStart(state, now),
    dueAt: ({ dueAt }) => dueAt,
    wish: async (state, { interest }, now) => {
      const isLookedFor = recordOrders(state, await ordersInDispute(), now);
      return (interest === 'deadlines' && recordDeadlines(state, now)) || isLookedFor;
    },
    look: async (visit) => {
      const { now, state } = visit;
      const isWhole = state.page === 1;
      const open = new Set<string>();
      let understood = 0;
      let changed: Problem | undefined;
      for (;;) {
        const { listed, left } = await readPage(visit);
        for (const { row } of listed) open.add(row.dispute_id);
        if (now - state.deadlinesWantedAt < INTEREST_TTL_MS) {
          const details = await fetchDetails(listed, visit, left);
          if (details.left > 0) return true;
          understood += details.understood;
          changed ??= details.changed;
        }
        if (left === 0) break;
        state.page += 1;
        state.waiting = leftOver(state, left, now);
        if (!visit.canContinue()) return true;
      }
      if (isWhole) closeAllBut(open, visit);
      const hasOrders = (await readFeedStatus(store, seller, 'orders')) !== undefined;
      readFromTheStart(state, hasOrders ? now + SWEEP_EVERY_MS : now);
      state.waiting = null;
      // One dispute may be odd; where none could be read, somebody must know.
      if (changed && understood === 0) throw changed;
      return true;
    },
    waiting: ({ waiting }) => waiting,
  };
  return createFeed(services, design);
}

export const createDisputesFeed = (services: FeedServices): FeedEngine =>
  only(createBothFeeds(services), (values) => !('stage' in values));

export function createDisputeDeadlinesFeed(services: FeedServices): FeedEngine {
  const feed = only(createBothFeeds(services), (values) => 'stage' in values);
  return {
    ...feed,
    read: (lane, reader: Reader = {}) => feed.read(lane, { ...reader, interest: 'deadlines' }),
  };
}

const only = (feed: FeedEngine, isOne: (values: object) => boolean): FeedEngine => ({
  read: async (lane, reader) => {
    const reading = await feed.read(lane, reader);
    return { ...reading, records: reading.records.filter(isOne) };
  },
  known: async () => (await feed.known()).filter(isOne),
});

function readFromTheStart(state: State, dueAt: number): void {
  state.page = 1;
  state.dueAt = dueAt;
}

const leftOver = ({ waiting }: State, count: number, now: number): Waiting => ({
  count,
  since: waiting?.since ?? now,
});

const turnKey = (id: string) => `${id}/stage`;

function knownTurn({ known }: Visit<State, Values>, id: string): OpenDispute | undefined {
  const values = known.get(turnKey(id))?.values;
  return values && 'stage' in values ? values : undefined;
}

function isOutdated(known: OpenDispute, row: Row, now: number): boolean {
  const { status, changed_at, stage_due_at, stage_seen_at } = known;
  if (status === CLOSED || changed_at !== row.changed_at) return true;
  const due = Date.parse(stage_due_at ?? '');
  return due <= now && Date.parse(stage_seen_at) < due;
}

/** A dispute that is no longer in the list waits for nobody. How it ended, nobody has asked. */
function closeAllBut(open: ReadonlySet<string>, visit: Visit<State, Values>): void {
  for (const { id, values } of [...visit.known.values()]) {
    if (!('stage' in values) || open.has(values.dispute_id) || values.status === CLOSED) continue;
    visit.keep(id, {
      ...values,
      status: CLOSED,
      stage: null,
      stage_name: null,
      stage_name_zh: null,
      stage_due_at: null,
    });
  }
}
