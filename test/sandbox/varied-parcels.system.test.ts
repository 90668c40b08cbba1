import { DAY, HOUR } from '../../lib/runtime.ts';
import { ENDS_AFTER_SHIPPING } from '../../sandbox/orders.ts';
import { carriers } from '../../sandbox/parcels/carriers.ts';
import { usualSilenceMs } from '../../sandbox/parcels/lanes.ts';
import { falseAlertOf, historyOf, stallsOf, unusualSilencesOf } from '../../sandbox/parcels/stalls.ts';
import { languages, OPAQUE, sentenceFor } from '../../sandbox/parcels/words.ts';
import { deliveredAt, isDelivery, ordersIn, type Parcel, parcelsOf } from '../../sandbox/parcels.ts';
import { openShop, type ShopOptions } from '../../sandbox/shop.ts';

const FROM = Date.parse('2026-11-21T00:00:00Z');
const shopOf = (changes: Partial<ShopOptions> = {}) =>
  openShop({
    seed: 1,
    curve: 'olist',
    ordersPerDay: 60,
    from: FROM,
    to: FROM + 7 * DAY,
    historyDays: 45,
    variedParcels: true,
    ...changes,
  });
const { orders, parcels } = shopOf();
const ordinary = shopOf({ stallShare: 0, variedParcels: { abnormal: 0, undated: 0 } }).parcels;
const stalled = shopOf({ stallShare: 1, variedParcels: { abnormal: 0, undated: 0 } }).parcels;
const shipped = orders.filter(({ shippedAt }) => shippedAt !== undefined);
const shareOf = (fits: (parcel: Parcel) => boolean, among: readonly Parcel[] = parcels) =>
  among.filter(fits).length / among.length;
/** Within four standard deviations of a share among `n`. */
const near = (share: number, expected: number, n = parcels.length) =>
  Math.abs(share - expected) < 4 * Math.sqrt((expected * (1 - expected)) / n);

describe('Varied parcels of the sandbox shop', () => {
  test('The same seed gives the same varied parcels', () => {
    expect(shopOf({ seed: 7, ordersPerDay: 20 })).toEqual(shopOf({ seed: 7, ordersPerDay: 20 }));
  });

  test('Every shipped order has a parcel, and no other order has one', () => {
    const withParcel = new Set(parcels.flatMap(ordersIn).map(({ id }) => id));
    expect([...withParcel].sort()).toEqual(shipped.map(({ id }) => id).sort());
  });

  test('No two parcels share a number, be it right or mistaken', () => {
    const numbers = parcels.flatMap(({ trackingNumber, mistaken }) => [
      trackingNumber,
      ...(mistaken ? [mistaken.number] : []),
    ]);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('Three of ten carriers write no codes, and carry three of ten parcels', () => {
    expect(carriers.filter(({ hasCodes }) => !hasCodes)).toHaveLength(carriers.length * 0.3);
    expect(
      near(
        shareOf(({ carrier }) => !carrier.hasCodes),
        0.3,
      ),
    ).toBe(true);
  });

  test('Carriers write the times of their events in nine forms', () => {
    expect(new Set(carriers.map(({ times }) => times)).size).toBe(9);
  });

  test('Carriers without codes write in eight languages', () => {
    const texts = new Set(
      parcels
        .filter(({ carrier }) => !carrier.hasCodes)
        .flatMap(({ events }) => events.map(({ text }) => text)),
    );
    const spoken = languages.filter((language) => texts.has(sentenceFor('GTMS_DELIVERING', language)));
    expect(spoken).toEqual([...languages]);
  });

  test('Some sentences of carriers without codes say nothing, deliveries among them', () => {
    const events = parcels.flatMap(({ carrier, events: all }) => (carrier.hasCodes ? [] : all));
    const opaque = new Set(languages.map((language) => sentenceFor(OPAQUE, language)));
    const opaqueEvents = events.filter(({ text }) => opaque.has(text));
    expect(near(opaqueEvents.length / events.length, 0.04, events.length)).toBe(true);
    expect(opaqueEvents.some(isDelivery)).toBe(true);
  });

  test('Some orders have several parcels, and some of these are sent in part first', () => {
    const split = new Set(parcels.filter(({ nth }) => nth > 0).map(({ order }) => order.id));
    expect(near(split.size / shipped.length, 0.08)).toBe(true);
    const inParts = orders.filter(({ stages }) =>
      stages.some(({ status }) => status === 'SELLER_PART_SEND_GOODS'),
    );
    expect(near(inParts.length / split.size, 0.4, split.size)).toBe(true);
    for (const { id, stages, shippedAt } of inParts) {
      const sentAt = parcelsOf(parcels, id).map((parcel) => parcel.shippedAt);
      expect([stages.find(({ status }) => status === 'SELLER_PART_SEND_GOODS')?.at, shippedAt]).toEqual([
        Math.min(...sentAt),
        Math.max(...sentAt),
      ]);
    }
  });

  test('Some parcels hold two orders of one buyer', () => {
    const combined = parcels.filter(({ combinedWith }) => combinedWith.length > 0);
    expect(combined.length).toBeGreaterThan(30);
    for (const { order, combinedWith } of combined) {
      expect(combinedWith.map(({ buyer, country }) => ({ buyer, country }))).toEqual([
        { buyer: order.buyer, country: order.country },
      ]);
    }
  });

  test('Some numbers are mistaken at first and corrected within days', () => {
    expect(
      near(
        shareOf(({ mistaken }) => mistaken !== undefined),
        0.03,
      ),
    ).toBe(true);
    const waits = parcels.flatMap(({ mistaken, shippedAt }) =>
      mistaken ? [mistaken.correctedAt - shippedAt] : [],
    );
    expect(Math.max(...waits)).toBeLessThan(6 * DAY);
  });

  test('The stages of an order are in time order', () => {
    const isMixed = orders.some(({ stages }) => stages.some(({ at }, n) => at < (stages[n - 1]?.at ?? 0)));
    expect(isMixed).toBe(false);
  });

  test('An order whose parcels all arrive ends after the last one', () => {
    for (const { id, stages } of shipped) {
      const arrivals = parcelsOf(parcels, id).map(deliveredAt);
      const end = stages.at(-1);
      if (arrivals.includes(undefined)) expect(end?.endReason).not.toBe('buyer_confirm_goods');
      else expect(end?.at).toBeGreaterThan(Math.max(...arrivals.map(Number)));
      expect(ENDS_AFTER_SHIPPING).toContain(end?.endReason);
    }
  });

  test('A warehouse holds some parcels, and nothing happens to them meanwhile', () => {
    const abnormal = parcels.filter(({ abnormalities }) => abnormalities.length > 0);
    expect(abnormal.length).toBeGreaterThan(15);
    expect(abnormal.some(({ abnormalities }) => abnormalities.length > 1)).toBe(true);
    for (const { events, abnormalities } of abnormal) {
      for (const { from, until } of abnormalities) {
        expect(events.filter(({ at }) => at > from && at < until)).toEqual([]);
      }
    }
  });
});

describe('Gaps between the events of varied parcels', () => {
  test('A line haul to Spain takes three days in the median', () => {
    const hauls = ordinary
      .filter(({ carrier, order }) => carrier.key === 'CAINIAO_STANDARD' && order.country === 'ES')
      .flatMap(({ events }) => {
        const arrival = events.findIndex(({ code }) => code === 'LH_ARRIVE');
        return [Number(events[arrival]?.at) - Number(events[arrival - 1]?.at)];
      })
      .sort((a, b) => a - b);
    const median = hauls[Math.floor(hauls.length / 2)] ?? 0;
    expect(Math.abs(median / (72 * HOUR) - 1)).toBeLessThan(0.25);
  });

  test('A fixed threshold of five days stops many ordinary parcels', () => {
    expect(shareOf((parcel) => stallsOf(parcel).length > 0, ordinary)).toBeGreaterThan(0.1);
  });

  test('Fewer than 1 in 200 ordinary gaps are unusual, but for routes where ten days are the limit', () => {
    const gaps = ordinary.flatMap(({ events, carrier, order }) =>
      events.slice(1).map(({ at }, n) => {
        const before = events[n] as Parcel['events'][number];
        return { ms: at - before.at, limit: usualSilenceMs(carrier, order.country, before.code) };
      }),
    );
    const unusual = gaps.filter(({ ms, limit }) => limit < 10 * DAY && ms >= limit);
    expect(unusual.length / gaps.length).toBeLessThan(0.005);
  });

  test('Routes differ: some gaps are unusual after two days, others after ten', () => {
    const limits = ordinary.flatMap(({ events, carrier, order }) =>
      events.map(({ code }) => usualSilenceMs(carrier, order.country, code)),
    );
    expect([Math.min(...limits), Math.max(...limits)]).toEqual([2 * DAY, 10 * DAY]);
    expect(limits.some((limit) => limit > 4 * DAY && limit < 9 * DAY)).toBe(true);
  });
});

describe('History of a varied parcel', () => {
  const histories = stalled.map((parcel) => ({ parcel, ...historyOf(parcel) }));

  test('Every parcel is delivered, sent back or lost, and only one of them', () => {
    for (const each of [...histories, ...ordinary.map((parcel) => historyOf(parcel))]) {
      const ends = [each.deliveredAt, each.returnedAt, each.lostAt].filter((at) => at !== undefined);
      expect(ends).toHaveLength(1);
    }
  });

  test('An ordinary parcel is delivered', () => {
    expect(ordinary.filter((parcel) => deliveredAt(parcel) === undefined)).toEqual([]);
  });

  test('Half of the stalled parcels are lost', () => {
    const lost = histories.filter(({ lostAt }) => lostAt !== undefined).length / histories.length;
    expect(near(lost, 0.5, histories.length)).toBe(true);
  });

  test('A lost parcel is unusually silent within ten days, and that does not end', () => {
    for (const { parcel, lostAt } of histories) {
      if (lostAt === undefined) continue;
      const last = unusualSilencesOf(parcel).at(-1);
      expect(last).not.toHaveProperty('endedAt');
      expect((last?.dueAt ?? 0) - lostAt).toBeLessThanOrEqual(11 * DAY);
    }
  });

  test('A parcel whose events have no time is due for nothing', () => {
    const undated = shopOf({ stallShare: 1, variedParcels: { undated: 1 } }).parcels;
    expect(undated.flatMap((parcel) => [...stallsOf(parcel), ...unusualSilencesOf(parcel)])).toEqual([]);
  });

  test('A carrier that writes days alone is silent from the end of the day', () => {
    const days = stalled.filter(({ carrier }) => carrier.times === 'day');
    const starts = days.flatMap((parcel) => stallsOf(parcel).filter(({ code }) => code));
    expect(starts.length).toBeGreaterThan(0);
    for (const { from } of starts) {
      const local = new Date(from).toLocaleTimeString('en-GB', { timeZone: 'America/Los_Angeles' });
      expect(local).toBe('23:59:59');
    }
  });
});

describe('False alert about a stall', () => {
  const parcel = ordinary.find(({ carrier, events }) => carrier.times === 'pacific' && events.length > 12);
  const [first, second] = parcel?.events ?? [];
  const alert = (since = 0, reportedAt = 0, shown?: Parcel['events']) =>
    parcel && falseAlertOf(parcel, { since, reportedAt, ...(shown && { shown }) });

  test('A stall since the newest event is no false alert', () => {
    expect(alert(first?.at, Number(second?.at) - 1)).toBeUndefined();
  });

  test('A stall is a false alert once there is a newer event', () => {
    expect(alert(first?.at, second?.at)).toBe('newer_event');
  });

  test('An event that the source does not have yet makes no false alert', () => {
    expect(alert(first?.at, second?.at, parcel?.events.slice(0, 1))).toBeUndefined();
  });

  test('A stall of a delivered parcel is a false alert whatever the source has', () => {
    const last = parcel?.events.at(-1)?.at;
    expect(alert(last, last, [])).toBe('delivered');
  });
});
