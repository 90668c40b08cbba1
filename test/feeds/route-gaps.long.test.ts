/**
 * What a seller of 100 orders a day learns of unusual silence in 40 days, if every parcel is read four times a day and
 * the limits are learned from what was read. The shop has been selling for longer; the connector is new.
 */

import { UNDER_WAY } from '../../lib/aliexpress/tracking-codes.ts';
import { readEvent, summarizeEvents, type TrackingEvent } from '../../lib/aliexpress/tracking-progress.ts';
import { type Gap, gapsIn, MAX_LIMIT_MS, noGaps, routeLimits, withGaps } from '../../lib/feeds/route-gaps.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { usualSilenceMs } from '../../sandbox/parcels/lanes.ts';
import { falseAlertOf, historyOf } from '../../sandbox/parcels/stalls.ts';
import { eventsUntil, type Parcel } from '../../sandbox/parcels.ts';
import { openShop } from '../../sandbox/shop.ts';
import { timeForms } from '../../sandbox/time-forms.ts';

const DAYS = 40;
const FROM = Date.parse('2026-11-21T00:00:00Z');
const TO = FROM + DAYS * DAY;
const SWEEP_MS = 6 * HOUR;

interface Followed {
  parcel: Parcel;
  /** All that its carrier will ever write. */
  written: readonly TrackingEvent[];
  /** How many of them were read. */
  shown: number;
  silence?: Gap & { since: number };
  /** The silence that was reported last. */
  reportedSince?: number;
}

interface Report {
  parcel: Parcel;
  /** Number of its events by then. */
  shown: number;
  since: number;
  at: number;
}

const follow = (parcel: Parcel): Followed => ({
  parcel,
  written: parcel.events.map(({ at, code, text, isUndated }) =>
    readEvent({
      time: isUndated ? 'N/A' : timeForms[parcel.carrier.times](at),
      code: parcel.carrier.hasCodes ? code : '',
      sentences: [text],
    }),
  ),
  shown: 0,
});

/** Reads what is new of a parcel. @returns the gaps that have ended since the last reading */
function readParcel(followed: Followed, now: number): Gap[] {
  const { parcel, written, shown, silence } = followed;
  const route = { carrier: parcel.carrier.key, country: parcel.order.country };
  followed.shown = eventsUntil(parcel, now).length;
  if (followed.shown === shown) {
    if (silence) followed.silence = { ...silence, ms: now - silence.since };
    return [];
  }
  const events = written.slice(0, followed.shown);
  const { eventAt = null, signal = '', stage = '' } = summarizeEvents(events) ?? {};
  delete followed.silence;
  if (eventAt !== null && UNDER_WAY.includes(stage))
    followed.silence = { ...route, signal, since: eventAt, ms: Math.max(0, now - eventAt) };
  return gapsIn(events, { ...route, since: silence?.since ?? null });
}

interface Outcome {
  reports: readonly Report[];
  parcels: readonly Parcel[];
  /** Of what was learned, in bytes. */
  stored: number;
}

function followShop(seed: number, chooseLimit = routeLimits): Outcome {
  const { parcels } = openShop({
    seed,
    curve: 'olist',
    ordersPerDay: 100,
    from: FROM,
    to: TO,
    historyDays: 45,
    variedParcels: true,
  });
  const coming = parcels
    .filter(({ orderEndsAt }) => orderEndsAt > FROM)
    .sort((a, b) => a.shippedAt - b.shippedAt);
  let followed: Followed[] = [];
  let gaps = noGaps(FROM);
  const reports: Report[] = [];
  for (let now = FROM; now < TO; now += SWEEP_MS) {
    const sent = coming.filter(({ shippedAt }) => shippedAt > now - SWEEP_MS && shippedAt <= now);
    const before = now === FROM ? coming.filter(({ shippedAt }) => shippedAt <= FROM - SWEEP_MS) : [];
    followed = [...followed, ...[...before, ...sent].map(follow)].filter(
      ({ parcel }) => parcel.orderEndsAt > now,
    );
    const ended = followed.flatMap((each) => readParcel(each, now));
    gaps = withGaps(gaps, ended, now);
    const limitOf = chooseLimit(
      gaps,
      followed.flatMap(({ silence }) => silence ?? []),
    );
    for (const each of followed) {
      const { silence, parcel, shown } = each;
      if (!silence || each.reportedSince === silence.since) continue;
      const { ms } = limitOf(silence);
      const wasDueBefore = silence.since + ms <= FROM;
      if (silence.ms < ms || wasDueBefore) continue;
      each.reportedSince = silence.since;
      reports.push({ parcel, shown, since: silence.since, at: now });
    }
  }
  return { reports, parcels, stored: JSON.stringify(gaps).length };
}

const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length;

const limitAt = (parcel: Parcel): number =>
  usualSilenceMs(parcel.carrier, parcel.order.country, parcel.events.at(-1)?.code);

function figuresOf({ reports, parcels, stored }: Outcome) {
  const endedLater = reports.filter(({ parcel, shown }) => parcel.events[shown] !== undefined);
  const inPeriod = (from: number, days: number) =>
    endedLater.filter(({ at }) => at >= FROM + from * DAY && at < FROM + (from + days) * DAY).length / days;
  // The others may be reported after the forty days, or were lost before.
  const lost = parcels.filter((parcel) => {
    const { lostAt } = historyOf(parcel);
    return lostAt !== undefined && lostAt >= FROM && lostAt + MAX_LIMIT_MS + DAY < TO;
  });
  const found = lost.flatMap((parcel) => {
    const own = reports.find((each) => each.parcel === parcel && each.shown === parcel.events.length);
    return own ? [{ parcel, days: (own.at - Number(parcel.events.at(-1)?.at)) / DAY }] : [];
  });
  return {
    alertsADay: inPeriod(0, DAYS),
    alertsADayByTenDays: [0, 10, 20, 30].map((from) => inPeriod(from, 10)),
    lostParcels: lost.length,
    shareOfLostReported: found.length / lost.length,
    daysOnShortRoutes: mean(found.filter(({ parcel }) => limitAt(parcel) < 5 * DAY).map(({ days }) => days)),
    falseAlerts: reports.filter(({ parcel, since, at }) => falseAlertOf(parcel, { since, reportedAt: at }))
      .length,
    stored,
  };
}

describe('Unusual silence in a shop of 100 orders a day', () => {
  test.each([1, 2, 3, 4, 5])('Seed %i: few alerts, nearly all lost parcels, and those early', (seed) => {
    const figures = figuresOf(followShop(seed));
    process.stdout.write(`seed ${seed}: ${JSON.stringify(figures)}\n`);
    expect(figures.alertsADay).toBeLessThanOrEqual(5);
    expect(figures.shareOfLostReported).toBeGreaterThanOrEqual(0.8);
    expect(figures.daysOnShortRoutes).toBeLessThanOrEqual(6);
    expect(figures.falseAlerts).toBe(0);
    expect(figures.stored).toBeLessThan(12_000);
  });

  test('A fixed limit of ten days is too late on short routes', () => {
    const fixed = () => () => ({ ms: MAX_LIMIT_MS, level: 'default' as const });
    const figures = figuresOf(followShop(1, fixed));
    process.stdout.write(`ten days: ${JSON.stringify(figures)}\n`);
    expect(figures.daysOnShortRoutes).toBeGreaterThan(6);
  });

  test('A fixed limit of 48 hours means many alerts a day', () => {
    const fixed = () => () => ({ ms: 48 * HOUR, level: 'default' as const });
    const figures = figuresOf(followShop(1, fixed));
    process.stdout.write(`48 hours: ${JSON.stringify(figures)}\n`);
    expect(figures.alertsADay).toBeGreaterThan(5);
  });
});
