/**
 * When silence is unusual: how long the parcels of a route stay without an event, by the event they are silent after.
 *
 * A gap is the time between two events of one parcel. The limit is the length that fewer than 1 in 200 of the gaps that
 * end within ten days reach, by a survival estimate (Kaplan–Meier): a parcel that is still silent counts as one whose gap
 * lasts at least so long. Parcels that stay silent for longer than ten days do not raise a limit. They are reported in
 * any case, and if lost parcels counted as slow ones, 1 in 200 would be enough to hide the next one for ten days.
 *
 * A limit is that of the carrier and the country, if the country is known and 200 gaps are known there; otherwise that of
 * the carrier, otherwise that of all parcels. Until 200 gaps are known at all, it is ten days: an ordinary line haul may
 * take more than a week, and nothing tells yet which events the carriers of this shop leave out.
 *
 * Only counts by length are stored, no parcel. Old counts fade, so that a limit follows the seasons.
 *
 * A feed adds the gaps that an answer shows for the first time, and asks for limits with all parcels that are silent:
 *
 *     gaps = withGaps(gaps, gapsIn(events, { carrier, country, since: lastKnownEventAt }), now);
 *     const limitOf = routeLimits(gaps, silent);
 *     const { ms, level } = limitOf({ carrier, country, signal });
 *
 * A parcel that is dropped without a last reading was silent until the reading before. It is passed as `open`.
 */

import * as z from 'zod';
import { UNDER_WAY } from '../aliexpress/tracking-codes.ts';
import { byTime, stageOf, type TrackingEvent } from '../aliexpress/tracking-progress.ts';
import { DAY, HOUR } from '../runtime.ts';
import { stored, time } from '../stores/stored.ts';

/** No limit is shorter, and none is longer. */
export const MIN_LIMIT_MS = 48 * HOUR;
export const MAX_LIMIT_MS = 10 * DAY;
/** Fewer than 1 in so many gaps reach a limit. As many gaps must be known before they make one. */
export const ONE_IN = 200;
/** Exactly 1 in 200 is not fewer, however the survival estimate is rounded. */
const ROUNDING = 1e-9;
/** After this time a gap counts half. */
const HALF_LIFE_MS = 120 * DAY;
const FADE_EVERY_MS = 30 * DAY;
/** A cell in which less is left is dropped. */
const MIN_GAPS = 0.5;
/** About 8 KB. */
export const MAX_CELLS = 128;
/** No answer counts for more, so that none of them decides on a route by itself. */
export const MAX_GAPS_OF_ANSWER = 50;
/** Carriers and signals may be of any length. */
const MAX_NAME_LENGTH = 32;

/**
 * Upper ends of the bands of length, in hours; one more band has what is longer. A limit is one of these ends. Stored
 * counts mean these bands, so other bands need another field.
 */
export const BAND_ENDS: readonly number[] = [24, 48, 60, 72, 84, 96, 108, 120, 144, 168, 192, 216, 240];

/** What parcels are compared by. */
export interface Route {
  carrier: string;
  country: string;
  /** Signal of the event after which they are silent. */
  signal: string;
}

export interface Gap extends Route {
  ms: number;
}

/** The number of gaps in each band, up to the last band that has one. */
const bandsFormat = z.array(z.number().min(0));
/** By the names of a cell, the one that has got no gap for the longest time first. */
const cellsFormat = z.record(z.string(), bandsFormat).default({});
type Cells = z.infer<typeof cellsFormat>;

export const routeGapsFormat = stored(() => ({
  /** Gaps that an event has ended. */
  ended: cellsFormat,
  /** Gaps that had not ended when their parcels were last read, of parcels that are followed no longer. */
  open: cellsFormat,
  /** When the counts last faded, epoch milliseconds. */
  fadedAt: time.default(0),
}));
export type RouteGaps = z.infer<typeof routeGapsFormat>;

export const noGaps = (now: number): RouteGaps => ({ ended: {}, open: {}, fadedAt: now });

/**
 * The gaps between the events of an answer, after events from which a parcel should move on. None if the time of an
 * event cannot be read, because it may lie in any of the gaps.
 * @param since time of the newest event that was read before, epoch milliseconds: what ended until then was counted
 */
export function gapsIn(
  events: readonly TrackingEvent[],
  { since, carrier, country }: Omit<Route, 'signal'> & { since: number | null },
): Gap[] {
  const inOrder = byTime(events);
  if (inOrder.length < events.length) return [];
  const gaps = inOrder.flatMap((event, n): Gap[] => {
    const next = inOrder[n + 1];
    const isNew = next !== undefined && next.at > event.at && next.at > (since ?? 0);
    if (!isNew || !UNDER_WAY.includes(stageOf(event))) return [];
    return [{ carrier, country, signal: event.signal, ms: next.at - event.at }];
  });
  return gaps.slice(-MAX_GAPS_OF_ANSWER);
}

/** @param open gaps of parcels that are followed no longer, up to their last reading */
export function withGaps(
  known: RouteGaps,
  ended: Iterable<Gap>,
  now: number,
  open: Iterable<Gap> = [],
): RouteGaps {
  const faded = fade(known, now);
  return dropSmallest({ ...faded, ended: add(faded.ended, ended), open: add(faded.open, open) });
}

function add(known: Cells, gaps: Iterable<Gap>): Cells {
  const added = new Map<string, number[]>();
  for (const gap of gaps) {
    for (const [key] of cellsOf(gap)) {
      const bands = added.get(key) ?? [...(known[key] ?? [])];
      const band = bandOf(gap.ms);
      while (bands.length <= band) bands.push(0);
      bands[band] = (bands[band] ?? 0) + 1;
      added.set(key, bands);
    }
  }
  const others = Object.entries(known).filter(([key]) => !added.has(key));
  return Object.fromEntries([...others, ...added]);
}

function bandOf(ms: number): number {
  const band = BAND_ENDS.findIndex((hours) => ms < hours * HOUR);
  return band < 0 ? BAND_ENDS.length : band;
}

/** Where a limit comes from. */
export type LimitLevel = 'route' | 'carrier' | 'all' | 'default';

/**
 * The names of the cells of a route, from the special to the general. Where its country is not known it has none of its own,
 * because that would mix all countries, and where its carrier is not, that of all parcels alone.
 */
function cellsOf({ signal, carrier, country }: Route): [key: string, level: LimitLevel][] {
  const [ofSignal, ofCarrier, ofCountry] = [signal, carrier, country].map((name) =>
    name.slice(0, MAX_NAME_LENGTH).replaceAll('|', ' '),
  );
  const cells: [key: string, level: LimitLevel][] = [[`${ofSignal}|`, 'all']];
  if (ofCarrier) cells.unshift([`${ofSignal}|${ofCarrier}`, 'carrier']);
  if (ofCarrier && ofCountry) cells.unshift([`${ofSignal}|${ofCarrier}|${ofCountry}`, 'route']);
  return cells;
}

const sum = (bands: readonly number[] = []): number => bands.reduce((total, gaps) => total + gaps, 0);

function fade(known: RouteGaps, now: number): RouteGaps {
  const elapsed = now - known.fadedAt;
  // The clock may have been ahead.
  if (elapsed < 0) return { ...known, fadedAt: now };
  if (elapsed < FADE_EVERY_MS) return known;
  const share = 0.5 ** (elapsed / HALF_LIFE_MS);
  const faded = (cells: Cells): Cells =>
    Object.fromEntries(
      Object.entries(cells)
        .map(([key, bands]) => [key, bands.map((gaps) => Math.round(gaps * share * 100) / 100)] as const)
        .filter(([, bands]) => sum(bands) >= MIN_GAPS),
    );
  return { ...known, ended: faded(known.ended), open: faded(known.open), fadedAt: now };
}

const levelOf = (key: string): number => (key.endsWith('|') ? 1 : key.split('|').length);

/** Routes are dropped before carriers. Their gaps remain in the cells of the carrier and of all parcels. */
function dropSmallest(gaps: RouteGaps): RouteGaps {
  const keys = newestFirst(gaps);
  if (keys.length <= MAX_CELLS) return gaps;
  const kept = new Set<string>();
  for (const level of [1, 2, 3]) {
    const ofLevel = keys.filter((key) => levelOf(key) === level);
    for (const key of largestAndNewest(ofLevel, gaps, MAX_CELLS - kept.size)) kept.add(key);
  }
  const only = (cells: Cells): Cells =>
    Object.fromEntries(Object.entries(cells).filter(([key]) => kept.has(key)));
  return { ...gaps, ended: only(gaps.ended), open: only(gaps.open) };
}

/** The cells of both kinds of gaps. Those that have got an ended or an open gap last take turns: no time of a gap is stored. */
function newestFirst({ ended, open }: RouteGaps): string[] {
  const ofEnded = Object.keys(ended).toReversed();
  const ofOpen = Object.keys(open).toReversed();
  const turns = Math.max(ofEnded.length, ofOpen.length);
  const keys = Array.from({ length: turns }, (_, n) => [
    ...ofEnded.slice(n, n + 1),
    ...ofOpen.slice(n, n + 1),
  ]);
  return [...new Set(keys.flat())];
}

/**
 * Half of the places are for the largest cells. The others are for those that have got a gap last, so that a new one can grow
 * however large the others are.
 * @param newest the cells that have got a gap last come first
 */
function largestAndNewest(
  newest: readonly string[],
  { ended, open }: RouteGaps,
  places: number,
): readonly string[] {
  if (newest.length <= places) return newest;
  const size = new Map(newest.map((key) => [key, sum(ended[key]) + sum(open[key])]));
  const bySize = newest.toSorted((a, b) => Number(size.get(b)) - Number(size.get(a)));
  const largest = bySize.slice(0, Math.ceil(places / 2));
  return [...new Set([...largest, ...newest])].slice(0, places);
}

export interface RouteLimit {
  /** From `MIN_LIMIT_MS` to `MAX_LIMIT_MS`. */
  ms: number;
  level: LimitLevel;
}

/** @param silent how long each parcel that is followed was silent at its last reading */
export function routeLimits({ ended, open }: RouteGaps, silent: Iterable<Gap>): (route: Route) => RouteLimit {
  const lasting = add(open, silent);
  const limits = new Map<string, number | undefined>();
  const limitIn = (key: string): number | undefined => {
    if (!limits.has(key)) limits.set(key, limitOf(ended[key] ?? [], lasting[key] ?? []));
    return limits.get(key);
  };
  return (route) => {
    for (const [key, level] of cellsOf(route)) {
      const ms = limitIn(key);
      if (ms !== undefined) return { ms, level };
    }
    return { ms: MAX_LIMIT_MS, level: 'default' };
  };
}

/** The limit of one cell; undefined where too few gaps are known. */
function limitOf(ended: readonly number[], lasting: readonly number[]): number | undefined {
  if (sum(ended) < ONE_IN) return undefined;
  const survival = survivalOf(ended, lasting);
  const never = survival.at(-1) ?? 0;
  const hours = BAND_ENDS.find((end, band) => {
    const reaching = ((survival[band] ?? 0) - never) / (1 - never);
    return end * HOUR >= MIN_LIMIT_MS && reaching < 1 / ONE_IN - ROUNDING;
  });
  return hours === undefined ? MAX_LIMIT_MS : hours * HOUR;
}

/** The share of gaps that last at least to the end of each band. What is silent in a band counts as lasting to its end. */
function survivalOf(ended: readonly number[], lasting: readonly number[]): number[] {
  let left = sum(ended) + sum(lasting);
  let share = 1;
  return BAND_ENDS.map((_, band) => {
    const here = ended[band] ?? 0;
    if (left > 0) share *= 1 - here / left;
    left -= here + (lasting[band] ?? 0);
    return share;
  });
}
