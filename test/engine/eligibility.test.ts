import fc from 'fast-check';
import { emittedEvents, neededUntil } from '../../lib/engine/eligibility.ts';
import type { RecordState } from '../../lib/feeds/engine/record-states.ts';
import { eq, exists, field, gte, hoursUntil, input, literal, lte } from '../../lib/pack/expression.ts';
import { earliest, hoursAfter, hoursBefore, latest, timeOf, whenSeen } from '../../lib/pack/instant.ts';
import { type TriggerDeclaration, trigger } from '../../lib/pack/operation.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { aParcel, parcelSent, plainTrigger } from '../support/probe-trigger.ts';

const NOW = Date.parse('2026-10-09T12:00:00Z');
const MARK = Date.parse('2026-10-09T08:00:00Z');

type Parcel = Record<string, unknown> & { states?: RecordState[]; knownUntil?: number };

type Facts = { mark?: number | undefined; now?: number; inputs?: Record<string, number> };

function readingOf(parcels: readonly Parcel[]) {
  const known = new Map(
    parcels.map(({ states, knownUntil, ...values }) => [values as object, { states, knownUntil }]),
  );
  return {
    records: [...known.keys()] as Record<string, unknown>[],
    statesOf: (record: object) => known.get(record)?.states,
    knownUntil: (record: object) => known.get(record)?.knownUntil,
  };
}
const factsOf = (facts: Facts) => ({ mark: MARK, now: NOW, inputs: {}, ...facts });

const emitted = (from: TriggerDeclaration, records: readonly Parcel[], facts: Facts = {}): string[] =>
  emittedEvents(from, readingOf(records), factsOf(facts)).map(({ id }) => id);

const at = (hours: number) => new Date(MARK + hours * HOUR).toISOString();
const sentAt = (parcel_no: string, sent_at: string | null, more = {}) =>
  aParcel({ parcel_no, sent_at, ...more });
const [before, atTheMark, after] = [
  sentAt('before', '2026-10-09T07:59:59Z'),
  sentAt('mark', '2026-10-09T08:00:00Z'),
  sentAt('after', '2026-10-09T08:00:01Z'),
];

describe('Start mark of a workflow', () => {
  test('An event is emitted if it became true after the workflow was turned on', () => {
    expect(emitted(plainTrigger, [before, atTheMark, after])).toEqual(['after']);
  });

  test('A user who sets a workflow up sees every record that matches', () => {
    expect(emitted(plainTrigger, [before, after], { mark: undefined })).toEqual(['after', 'before']);
  });

  test('An event whose time is missing is not emitted', () => {
    expect(emitted(plainTrigger, [sentAt('timeless', null)])).toStrictEqual([]);
  });

  test('A record that does not meet the condition is never emitted', () => {
    const heavy = trigger({ ...parcelSent, where: gte(field('weight'), input('min_weight')) });
    expect(emitted(heavy, [after], { inputs: { min_weight: 251 }, mark: undefined })).toStrictEqual([]);
    expect(emitted(heavy, [after], { inputs: { min_weight: 250 } })).toEqual(['after']);
  });
});

describe('Time of a fact', () => {
  const dueSoon = trigger({
    ...parcelSent,
    where: lte(hoursUntil('due_at_door'), input('min_weight')),
    matchedAt: latest(hoursBefore('due_at_door', 'min_weight'), timeOf('sent_at')),
  });
  const due = (hours: number, sent: string | null = at(-100)) =>
    sentAt('due', sent, { due_at_door: at(hours) });
  const within = (hours: number) => ({ inputs: { min_weight: hours } });

  test('A deadline that came near after the start is emitted', () => {
    expect(emitted(dueSoon, [due(25)], within(24))).toEqual(['due']);
  });

  test('A deadline that was near at the start is never emitted', () => {
    expect(emitted(dueSoon, [due(23)], within(24))).toStrictEqual([]);
  });

  test('A deadline that is not near yet is not emitted', () => {
    expect(emitted(dueSoon, [due(29)], within(24))).toStrictEqual([]);
  });

  test('A deadline is emitted once the record is known to be unchanged until it came near', () => {
    const known = (hours: number) => ({ ...due(26), knownUntil: MARK + hours * HOUR });
    expect(emitted(dueSoon, [known(1)], within(24))).toStrictEqual([]);
    expect(emitted(dueSoon, [known(2)], within(24))).toEqual(['due']);
  });

  test('A record that is known until a time to come is taken as it is now', () => {
    expect(emitted(dueSoon, [{ ...due(29), knownUntil: NOW + DAY }], within(24))).toStrictEqual([]);
  });

  describe('Time until which a record must be known', () => {
    const withDeadline: TriggerDeclaration = { ...dueSoon, dueAt: field('due_at_door') };
    const early = { ...within(24), mark: MARK - 90 * HOUR };
    const needed = (records: readonly Parcel[], facts: Facts = early, from = withDeadline) => {
      const until = neededUntil(from, readingOf(records), factsOf(facts));
      return until === undefined ? undefined : (NOW - until) / HOUR;
    };
    const known = (dueIn: number, hours: number) => ({ ...due(dueIn + 4), knownUntil: NOW + hours * HOUR });

    test('A deadline that came near since then leaves a 24th of the time that is left', () => {
      expect(needed([known(23.5, -1)])).toBeCloseTo(23.5 / 24);
      expect(needed([known(23.5, -1), known(6, -20)])).toBeCloseTo(6 / 24);
    });

    test('Nothing is needed of a record that is known until within a 24th of the time that is left', () => {
      expect(needed([known(23.6, -0.9)])).toBeUndefined();
      expect(needed([known(24, -1)])).toBeUndefined();
      expect(needed([known(23.6, -0.9), known(22.5, -2)])).toBeCloseTo(22.5 / 24);
    });

    test('A deadline that has passed leaves no time', () => {
      expect(needed([known(-1, -30)])).toBe(0);
    });

    test('Nothing is needed of a deadline that is not near, that was near before, or that is emitted', () => {
      expect(needed([known(25, -1), known(22, -1), known(23.5, 0), due(27)])).toBeUndefined();
    });

    test('Nothing is needed of a deadline that was near when the workflow was turned on', () => {
      expect(needed([known(19, -6)], within(24))).toBeUndefined();
      expect(needed([known(19, -6)])).toBeCloseTo(19 / 24);
    });

    test('Nothing is needed by a trigger that is about no deadline', () => {
      expect(needed([known(23.5, -1)], early, dueSoon)).toBeUndefined();
    });
  });

  test('A record that is younger than the start is emitted although its deadline was always near', () => {
    expect(emitted(dueSoon, [due(23, at(1))], within(24))).toEqual(['due']);
  });

  test('A time that is missing among several does not count', () => {
    expect(emitted(dueSoon, [due(25, null)], within(24))).toEqual(['due']);
  });

  test('Hours after a time count from that time', () => {
    const silent = trigger({ ...parcelSent, matchedAt: hoursAfter('sent_at', 'min_weight') });
    const records = [sentAt('early', at(-49)), sentAt('late', at(-47))];
    expect(emitted(silent, records, within(48))).toEqual(['late']);
  });

  test('Of several reasons that hold the earliest decides', () => {
    const either = trigger({
      ...parcelSent,
      matchedAt: earliest(
        { when: exists(field('lost_at')), at: timeOf('lost_at') },
        { when: exists(field('city')), at: timeOf('sent_at') },
      ),
    });
    const lost = sentAt('lost', at(-1), { lost_at: at(2) });
    expect(emitted(either, [lost])).toStrictEqual([]);
    expect(emitted(either, [{ ...lost, city: null }])).toEqual(['lost']);
  });
});

describe('Fact without a time of its own', () => {
  const isInMadrid = { ...parcelSent, where: eq(field('city'), literal('Madrid')) } as const;
  const inCity = trigger({ ...isInMadrid, matchedAt: whenSeen });
  const city = (name: string, hours: number, more: Partial<RecordState> = {}): RecordState => ({
    values: { city: name },
    since: MARK + hours * HOUR,
    ...more,
  });
  const parcel = (...states: RecordState[]): Parcel => ({ ...aParcel(), states });

  test('A fact is emitted if the feed saw it after the start and had known the record without it', () => {
    const seen = city('Madrid', 1, { after: MARK - HOUR });
    expect(emitted(inCity, [parcel(city('Paris', -5), seen)])).toEqual(['77']);
  });

  test('A fact that the feed saw before the start is never emitted', () => {
    const seen = city('Madrid', -1, { after: MARK - 3 * HOUR });
    expect(emitted(inCity, [parcel(city('Paris', -5), seen)])).toStrictEqual([]);
  });

  test('A record that the feed had not met counts by its last change', () => {
    expect(emitted(inCity, [parcel(city('Madrid', 1))])).toEqual(['77']);
    expect(emitted(inCity, [parcel(city('Madrid', -1))])).toStrictEqual([]);
  });

  test('A fact counts from the first state that has it, not from the current one', () => {
    const wider = trigger({ ...parcelSent, where: exists(field('city')), matchedAt: whenSeen });
    expect(emitted(wider, [parcel(city('Paris', -1), city('Madrid', 1, { after: MARK }))])).toStrictEqual([]);
  });

  test('A state that is entered again is another event where the trigger counts entries', () => {
    const counted = trigger({ ...isInMadrid, matchedAt: whenSeen, idPerEntry: true });
    const states = [
      city('Madrid', -9),
      city('Paris', -5, { after: MARK - 8 * HOUR }),
      city('Madrid', 1, { after: MARK - HOUR, entry: 2 }),
    ];
    expect(emitted(counted, [parcel(...states)])).toEqual(['77/2']);
    expect(emitted(inCity, [parcel(...states)])).toStrictEqual([]);
  });

  test('A fact counts from the first state that is the same event', () => {
    const anyCity = { where: exists(field('city')), matchedAt: whenSeen, id: '{parcel_no}/{city}' } as const;
    const states = [city('Paris', -3), city('Madrid', 1, { after: MARK - 2 * HOUR })];
    expect(emitted(trigger({ ...parcelSent, ...anyCity }), [parcel(...states)])).toEqual(['77/Madrid']);
  });

  test('A fact counts from the first state that meets what the user filled in', () => {
    const heavy = { where: gte(field('weight'), input('min_weight')), matchedAt: whenSeen } as const;
    const weight = (grams: number, hours: number): RecordState => ({
      ...city('Madrid', hours, { after: MARK + (hours - 1) * HOUR }),
      values: { weight: grams },
    });
    const emittedAt = (min_weight: number) =>
      emitted(trigger({ ...parcelSent, ...heavy }), [parcel(weight(200, -3), weight(250, 2))], {
        inputs: { min_weight },
      });
    expect([emittedAt(250), emittedAt(200)]).toEqual([['77'], []]);
  });

  test('A deadline counts from the first state at which it was near', () => {
    const due = { where: lte(hoursUntil('due_at_door'), literal(24)), matchedAt: whenSeen } as const;
    const dueAt = (due_at_door: string, hours: number): RecordState => ({
      values: { due_at_door },
      since: MARK + hours * HOUR,
      after: MARK + (hours - 1) * HOUR,
    });
    const states = [dueAt(at(80), -3), dueAt(at(20), 2)];
    const record = { ...aParcel({ due_at_door: at(20) }), states };
    expect(emitted(trigger({ ...parcelSent, ...due }), [record])).toEqual(['77']);
  });

  const ownTime = trigger(isInMadrid);

  test('An own time counts if it lies after the last visit that knew the record without the fact', () => {
    const states = [city('Paris', -5), city('Madrid', 3, { after: MARK - 2 * HOUR })];
    const sent = (hours: number) => ({ ...parcel(...states), sent_at: at(hours) });
    expect(emitted(ownTime, [sent(-1)])).toStrictEqual([]);
    expect(emitted(ownTime, [sent(1)])).toEqual(['77']);
  });

  test('An own time from before the feed knew the record without the fact does not count', () => {
    const states = [city('Paris', -5), city('Madrid', 3, { after: MARK - 2 * HOUR })];
    const sent = (hours: number) => ({ ...parcel(...states), sent_at: at(hours) });
    expect(emitted(ownTime, [sent(-60)])).toEqual(['77']);
    expect(emitted(ownTime, [sent(-2)])).toEqual(['77']);
    expect(emitted(ownTime, [sent(-1.9)])).toStrictEqual([]);
  });

  test('An own time that was written twice counts as the earlier one, if the fact was not true then', () => {
    const turnedOn = Date.parse('2026-11-01T11:00:00Z');
    const states = [
      city('Paris', -5),
      { ...city('Madrid', 0), since: turnedOn + HOUR, after: Date.parse('2026-11-01T09:00:00Z') },
    ];
    const sent = (sent_at: string) =>
      emitted(ownTime, [{ ...parcel(...states), sent_at }], { mark: turnedOn, now: turnedOn + 2 * HOUR });
    expect(sent('2026-11-01T09:50:00Z')).toEqual(['77']);
    expect(sent('2026-11-01T10:10:00Z')).toStrictEqual([]);
  });

  test('An own time decides about a record that the feed had not met, whatever changed since', () => {
    expect(emitted(ownTime, [{ ...parcel(city('Madrid', 3)), sent_at: at(-60) }])).toStrictEqual([]);
  });

  test('Without a readable own time the last change of an unmet record decides', () => {
    expect(emitted(ownTime, [{ ...parcel(city('Madrid', 3)), sent_at: null }])).toEqual(['77']);
    expect(emitted(ownTime, [{ ...parcel(city('Madrid', -3)), sent_at: null }])).toStrictEqual([]);
  });
});

describe('Eligibility as a whole', () => {
  const hours = fc.integer({ min: -200, max: 4 });
  const states = fc
    .array(
      fc.record({ city: fc.constantFrom('Madrid', 'Paris', 'Rome'), gap: fc.integer({ min: 1, max: 40 }) }),
      {
        maxLength: 6,
      },
    )
    .map((visits) => {
      let since = MARK - 100 * HOUR;
      return visits.map(({ city, gap }, n): RecordState => {
        const last = since;
        since += gap * HOUR;
        return { values: { city }, since, ...(n > 0 && { after: last }) };
      });
    });
  const parcels = fc.record({ states, sent: fc.option(hours) }).map(({ states: known, sent }) => ({
    ...aParcel({ city: known.at(-1)?.values.city ?? 'Madrid', sent_at: sent === null ? null : at(sent) }),
    states: known,
  }));
  const declared = [
    plainTrigger,
    trigger({ ...parcelSent, where: eq(field('city'), literal('Madrid')), matchedAt: whenSeen }),
    trigger({ ...parcelSent, id: '{parcel_no}/{city}', matchedAt: timeOf('sent_at'), idPerEntry: true }),
  ];

  test('A later start never adds an event', () => {
    fc.assert(
      fc.property(parcels, hours, hours, fc.constantFrom(...declared), (parcel, a, b, from) => {
        const [early, late] = [Math.min(a, b), Math.max(a, b)].map((each) => MARK + each * HOUR);
        const onlyLate = emitted(from, [parcel], { mark: late });
        expect(emitted(from, [parcel], { mark: early })).toEqual(expect.arrayContaining(onlyLate));
      }),
    );
  });

  test('A workflow that is turned on now emits nothing that is known now', () => {
    fc.assert(
      fc.property(parcels, fc.constantFrom(...declared), (parcel, from) => {
        const now = Math.max(NOW, ...parcel.states.map(({ since }) => since));
        expect(emitted(from, [parcel], { mark: now, now })).toStrictEqual([]);
      }),
    );
  });
});

describe('Order of events', () => {
  test('Events come newest first, and events without a time come last', () => {
    const [first, last] = [sentAt('first', null), sentAt('last', null)];
    const records = [first, atTheMark, sentAt('new', '2026-10-09T11:00:00Z'), after, last];
    const ids = ['new', 'after', 'mark', 'first', 'last'];
    expect(emitted(plainTrigger, records, { mark: undefined })).toEqual(ids);
  });

  test('Events of the same time keep the order of the feed', () => {
    const [one, two, three] = ['one', 'two', 'three'].map((no) => sentAt(no, '2026-10-09T09:00:00Z'));
    expect(emitted(plainTrigger, [two, three, one] as never)).toEqual(['two', 'three', 'one']);
  });
});
