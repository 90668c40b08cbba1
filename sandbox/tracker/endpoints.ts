/** The endpoints of 17TRACK. Each takes the body of a request. */

import * as z from 'zod';
import { errorOf, ItemRefusal, type TrackerCode } from './refusals.ts';
import type { Registration, Registry } from './registry.ts';
import { listRow, trackInfo } from './track-info.ts';

/** The whole request is refused; HTTP 200 and code 0 all the same. */
export class RequestRefusal extends Error {
  readonly code: TrackerCode;

  constructor(code: TrackerCode) {
    super(errorOf(code).message);
    this.code = code;
  }
}

const MAX_ITEMS = 40;
const PAGE_SIZE = 40;

const text = z.string().nullish();
const code = z.int().nullish();
const item = z.object({
  number: z.unknown().optional(),
  carrier: code,
  tag: text,
  order_no: text,
  remark: text,
  final_carrier: code,
  lang: text,
  email: text,
  carrier_old: code,
  carrier_new: code,
  items: z.object({ tag: text, order_no: text, remark: text }).optional(),
});
type Item = z.infer<typeof item>;

function itemsOf(body: unknown): Item[] {
  const read = z.array(item).safeParse(body);
  if (!read.success || read.data.length === 0) throw new RequestRefusal(-18010013);
  if (read.data.length > MAX_ITEMS) throw new RequestRefusal(-18010014);
  return read.data;
}

/** A number of 5 to 50 letters and digits. @throws ItemRefusal */
function numberOf({ number }: Item): string {
  if (number === undefined || number === null || number === '') throw new ItemRefusal(-18010010);
  if (typeof number !== 'string') throw new ItemRefusal(-18010011);
  if (!/^[A-Z0-9]{5,50}$/.test(number)) throw new ItemRefusal(-18010012);
  return number;
}

type Answer = Record<string, unknown>;

/** Answers each item of a request on its own; some may be accepted and others rejected. */
const eachItem =
  (accept: (registry: Registry, number: string, item: Item) => Answer) =>
  (registry: Registry, body: unknown): Answer => {
    const accepted: Answer[] = [];
    const rejected: Answer[] = [];
    for (const each of itemsOf(body)) {
      try {
        accepted.push(accept(registry, numberOf(each), each));
      } catch (error) {
        if (!(error instanceof ItemRefusal)) throw error;
        const { number, carrier } = each;
        // Here the carrier is a text wherever it was given.
        const shown = carrier ? String(carrier) : 0;
        rejected.push({ number, carrier: shown, error: errorOf(error.code, String(number)) });
      }
    }
    return { code: 0, data: { accepted, rejected } };
  };

const registrationOf = (registry: Registry, number: string, { carrier }: Item): Registration =>
  registry.need(number, carrier ?? undefined);

const register = eachItem((registry, number, { carrier, final_carrier, tag, order_no, remark }) => {
  if (final_carrier && carrier !== 3011) throw new ItemRefusal(-18010016);
  const texts = { tag: tag ?? '', orderNo: order_no ?? '', remark: remark ?? '' };
  const { registration, isDetected } = registry.register(number, carrier ?? undefined, texts);
  return {
    origin: isDetected ? 2 : 1,
    number,
    carrier: registration.carrier,
    email: null,
    lang: null,
    tag: registration.tag,
  };
});

const getTrackInfo = eachItem((registry, number, each) => {
  const registration = registrationOf(registry, number, each);
  // A number of which nothing is known is accepted or rejected; both occur.
  const isRejected = Number(number.replace(/\D/g, '').at(-1)) % 2 === 1;
  if (isRejected && registry.eventsOf(registration).length === 0) throw new ItemRefusal(-18019909);
  return trackInfo(registry, registration);
});

/** @returns the item as it was sent */
const changing = (change: (registry: Registry, registration: Registration) => void) =>
  eachItem((registry, number, each) => {
    const registration = registrationOf(registry, number, each);
    change(registry, registration);
    return { number, carrier: registration.carrier };
  });

const changeCarrier = eachItem((registry, number, { carrier_old: old, carrier_new: next }) => {
  if (!old) throw new ItemRefusal(-18019801);
  if (!next) throw new ItemRefusal(-18019804);
  registry.need(number, undefined);
  const registration = registry.find(number, old);
  if (!registration) throw new ItemRefusal(-18019805);
  registry.changeCarrier(registration, next);
  return { number, carrier_new: next };
});

const changeInfo = eachItem((registry, number, each) => {
  const registration = registrationOf(registry, number, each);
  const { items } = each;
  // The fields to change are nested.
  if (!items || Object.keys(items).length === 0) throw new ItemRefusal(-18019811);
  if (items.tag !== undefined) registration.tag = items.tag ?? '';
  if (items.order_no !== undefined) registration.orderNo = items.order_no ?? '';
  if (items.remark !== undefined) registration.remark = items.remark ?? '';
  return { number, carrier: registration.carrier };
});

const filter = z.object({
  page_no: z.int().min(1).optional(),
  package_status: z.string().optional(),
  tracking_status: z.enum(['Tracking', 'Stopped']).optional(),
  number: z.string().optional(),
});

function getTrackList(registry: Registry, body: unknown): Answer {
  const query = filter.safeParse(Array.isArray(body) ? {} : body);
  if (!query.success) throw new RequestRefusal(-18010015);
  const { page_no: page = 1, package_status, tracking_status, number } = query.data;
  const numbers = number?.split(',');
  if (numbers && numbers.length > 200) throw new RequestRefusal(-18010014);
  const rows = registry.registrations
    .filter((each) => !numbers || numbers.includes(each.number))
    .map((each) => listRow(registry, each))
    .filter(
      (row) =>
        (!package_status || row.package_status === package_status) &&
        (!tracking_status || row.tracking_status === tracking_status),
    )
    .reverse();
  return {
    page: {
      data_total: rows.length,
      page_total: Math.ceil(rows.length / PAGE_SIZE),
      page_no: page,
      page_size: PAGE_SIZE,
    },
    code: 0,
    data: { accepted: rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE) },
  };
}

function getQuota(registry: Registry): Answer {
  const { quota, maxDaily } = registry.settings;
  const now = new Date(registry.now());
  const month = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
  const day = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const used = registry.usedSince(month);
  return {
    code: 0,
    data: {
      quota_total: quota,
      quota_used: used,
      quota_remain: Math.max(0, quota - used),
      today_used: registry.usedSince(day),
      max_track_daily: maxDaily,
      free_email_quota: 300,
      free_email_quotaused: 0,
    },
  };
}

export const endpoints: ReadonlyMap<string, (registry: Registry, body: unknown) => Answer> = new Map([
  ['register', register],
  ['gettrackinfo', getTrackInfo],
  ['gettracklist', getTrackList],
  ['stoptrack', changing((registry, registration) => registry.stop(registration))],
  ['retrack', changing((registry, registration) => registry.retrack(registration))],
  ['deletetrack', changing((registry, registration) => registry.remove(registration))],
  ['changecarrier', changeCarrier],
  ['changeinfo', changeInfo],
  ['getquota', getQuota],
]);
