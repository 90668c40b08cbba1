/** The feed of abnormal parcels: the list of parcels that a warehouse could not process, in windows of time. */

import { valueAt } from '../aliexpress/convert.ts';
import { ABNORMAL_PAGE_SIZES, abnormalParcels as list } from '../aliexpress/methods/abnormal-parcels.ts';
import { readRecords, readRows } from '../aliexpress/read-record.ts';
import { abnormalParcel, inBeijingTime, STATUS_TIME } from '../aliexpress/records/abnormal-parcel.ts';
import { writtenTime, zoneShownBy } from '../aliexpress/unstated-zone.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import { isProblem } from '../problems.ts';
import { HOUR, type Log } from '../runtime.ts';
import { type AbnormalHistory, openAbnormalHistory, withBreaks } from './abnormal-history.ts';
import {
  type AbnormalParcel,
  type AbnormalState,
  afterLoss,
  afterWindow,
  FIRST_LOOKBACK_MS,
  fromFirstPage,
  happenedSince,
  inBeijing,
  initialState,
  isBeijing,
  isTakenAsItIs,
  READ_EVERY_MS,
  skippedSpan,
  stateFormat,
  withPageSize,
  withSkipped,
  withWindow,
} from './abnormal-windows.ts';
import { callDemands } from './call-demands.ts';
import { createFeed } from './engine/create-feed.ts';
import type { FeedDesign, Visit } from './engine/design.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { afterPage, isDone, isStarted, listedPage, rowsLeft } from './engine/paging.ts';
import { entryOf, lastStates } from './engine/record-states.ts';
import { loadRows } from './engine/skipped-events.ts';
import { RETENTION_MS } from './engine/snapshot.ts';

const [PAGE_SIZE] = ABNORMAL_PAGE_SIZES;
const ABOUT_HOURS = Math.round(READ_EVERY_MS / HOUR);

export const abnormalParcels: FeedDeclaration<typeof abnormalParcel.fields> = {
  key: 'abnormal_parcels',
  record: abnormalParcel,
  reads: [list],
  cost: {
    en: `1 for ${PAGE_SIZE} abnormal parcels and check`,
    zh: `每次查询每 ${PAGE_SIZE} 个异常包裹 1 次`,
  },
  freshness: {
    en: `Abnormal parcels are checked about every ${ABOUT_HOURS} hours, up to ${PAGE_SIZE} with each call. The app needs a permission of its own for them.`,
    zh: `约每 ${ABOUT_HOURS} 小时查询一次异常包裹，每次调用最多查 ${PAGE_SIZE} 个。应用需单独申请该接口权限。`,
  },
};

interface Abnormal {
  state: AbnormalState;
  values: AbnormalParcel;
  interest: undefined;
  memory: AbnormalHistory;
}

export const createAbnormalParcelsFeed = (services: FeedServices): FeedEngine =>
  createFeed(services, abnormalDesign(services));

const instant = (iso: string | null): number => Date.parse(iso ?? '');

const abnormalDesign = (services: FeedServices): FeedDesign<Abnormal> => ({
  key: 'abnormal_parcels',
  demand: callDemands.abnormal_parcels,
  state: stateFormat,
  memory: { open: async () => openAbnormalHistory(services), store: (history) => history.store() },
  initialState,
  completeSince: (now) => now - FIRST_LOOKBACK_MS,
  states: {
    stateOf: ({ logistics_status, abnormal_code, abnormal_reason, status_changed_at }) => ({
      logistics_status,
      abnormal_code,
      abnormal_reason,
      status_changed_at,
    }),
    changedAt: ({ status_changed_at }) => instant(status_changed_at) || undefined,
    // A row without a time has changed within the window that has listed it.
    sinceOfUnmet: ({ status_changed_at }, { from }) => instant(status_changed_at) || from,
    needed: (states) => lastStates(withBreaks(states)),
  },
  afterLoss,
  happenedSince,
  unreadSince: ({ watermark }) => watermark,
  dueAt: ({ dueAt }) => dueAt,
  fetch: async (visit) => {
    await loadRows(visit, visit.memory, visit.state.historyShards);
    try {
      return await readWindow(services, visit);
    } finally {
      visit.update({ historyShards: visit.memory.written() });
    }
  },
  waiting: ({ reading, to }, now) =>
    isStarted(reading) ? { count: rowsLeft(reading), since: Math.min(now, to) } : null,
});

/** @returns whether the window was read to its end */
async function readWindow(services: FeedServices, visit: Visit<Abnormal>): Promise<boolean> {
  const { now } = visit;
  if (!isStarted(visit.state.reading)) {
    const skipped = skippedSpan(visit.state, now);
    if (skipped) {
      visit.report({ ...skipped, isHeld: true });
      visit.update(withSkipped(visit.state, skipped));
    }
    const known = [...visit.known.values()].map(({ values }) => values);
    visit.update(withWindow(visit.state, known, now));
  }
  while (!isDone(visit.state.reading)) {
    if (!visit.canContinue()) return false;
    await readPage(services, visit);
  }
  if (isTakenAsItIs(visit.state)) visit.report({ from: visit.state.from, to: now, isIncompleteList: true });
  const { isComplete } = visit.state.reading;
  visit.update(afterWindow(visit.state, now));
  return isComplete;
}

async function readPage({ log }: FeedServices, visit: Visit<Abnormal>): Promise<void> {
  const { answer, answeredAt } = await callList(visit);
  const wasBeijing = isBeijing(visit.state, visit.now);
  const all = answer.items.map((row) => writtenTime(valueAt(row, STATUS_TIME)));
  const zone = zoneShownBy({ all, added: [], before: undefined, now: answeredAt });
  if (zone === 'beijing') visit.update(inBeijing(visit.state, visit.now));
  const isInBeijing = isBeijing(visit.state, visit.now);
  // The pages before were read in the other zone.
  if (isInBeijing && !wasBeijing && isStarted(visit.state.reading))
    return visit.update(fromFirstPage(visit.state));

  const items = isInBeijing ? answer.items.map(inBeijingTime) : answer.items;
  const { rows, ids, problem } = readRows(abnormalParcel, items, answeredAt, { log, method: list.name });
  for (const { values, raw } of rows) keepParcel(values, writtenTime(valueAt(raw, STATUS_TIME)), visit);
  if (problem) throw problem;
  const { reading } = visit.state;
  visit.update({ reading: afterPage(reading, listedPage(ids, answer, reading)) });
}

/** The records of the rows of one answer, read without what earlier answers have shown of the zone. */
export function abnormalRecords(items: readonly unknown[], answeredAt: number, log: Log): AbnormalParcel[] {
  const all = items.map((row) => writtenTime(valueAt(row, STATUS_TIME)));
  const zone = zoneShownBy({ all, added: [], before: undefined, now: answeredAt });
  const rows = zone === 'beijing' ? items.map(inBeijingTime) : items;
  return readRecords(abnormalParcel, rows, answeredAt, log);
}

/** A larger page than AliExpress accepts is refused. The smaller one is remembered once it was accepted. */
async function callList(visit: Visit<Abnormal>) {
  const { reading, from, to } = visit.state;
  const call = (page: number, size: number) => visit.call(list, { page, size, changed: { from, to } });
  const [, smaller] = ABNORMAL_PAGE_SIZES;
  try {
    return await call(reading.page, reading.size);
  } catch (error) {
    if (!isProblem(error, 'request_refused') || isStarted(reading) || reading.size <= smaller) throw error;
    const answered = await call(reading.page, smaller);
    visit.update(withPageSize(visit.state, smaller));
    return answered;
  }
}

function keepParcel(values: AbnormalParcel, writtenAt: number, visit: Visit<Abnormal>): void {
  const { abnormal_id: id, logistics_status, abnormal_code, abnormal_reason } = values;
  const known = visit.known.get(id)?.values;
  const isSame = known?.logistics_status === logistics_status && known.abnormal_code === abnormal_code;
  // A page that was read later may show an earlier status.
  if (known && !isSame && instant(values.status_changed_at) < instant(known.status_changed_at)) return;
  const key = [id, logistics_status, abnormal_code].join('/');
  const entry = visit.memory.count(key, writtenAt);
  const changedAt = instant(values.status_changed_at);
  // An older one was known before, and forgotten.
  const happenedAt = visit.now - changedAt < RETENTION_MS ? changedAt : undefined;
  const states = visit.keep(id, values, happenedAt, { ...(entry > 1 && { entry }) });
  const current = states.at(-1);
  const isSettled = abnormal_code === null && abnormal_reason === null;
  if (current && !isSettled) visit.memory.record(key, writtenAt, Math.max(entry, entryOf(current)));
}
