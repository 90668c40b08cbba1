import type { LostRecords } from '../../../lib/feeds/engine/design.ts';
import { fail, httpReason } from '../../../lib/problems.ts';
import { HOUR, MINUTE, SECOND } from '../../../lib/runtime.ts';
import { decliningStore, silentStore } from '../../support/failing-stores.ts';
import { losingStore } from '../../support/losing-store.ts';
import { openProbeFeed, type ProbeOptions } from '../../support/probe-feed.ts';
import { problemLike } from '../../support/problem-like.ts';
import { switchableStore } from '../../support/switchable-store.ts';

const LEASE = 'lease:2201234567890:orders';
const HOLD_SECONDS = 30;
const DUE = Date.parse('2026-11-21T05:00:00Z');
type Probe = ReturnType<typeof openProbeFeed>;
const unreachable = (): never => fail('aliexpress_unreachable', { reason: httpReason(503) });

/** A feed that has made its first visit. */
async function openVisited(options: ProbeOptions = {}) {
  const probe = openProbeFeed(options);
  await probe.feed.read('polling');
  return probe;
}

describe('Reading of a feed', () => {
  test('A visit is made once credit is saved up for it, and paid from the lane of its reader', async () => {
    const { feed, shop, lanes } = await openVisited();
    await feed.read('polling');
    expect(lanes).toEqual(['polling']);
    shop.clock.advance(HOUR);
    await feed.read('interactive');
    expect(lanes).toEqual(['polling', 'interactive']);
  });

  test('A reading says when the visit before it was made, and since when the feed is complete', async () => {
    const { feed, shop } = openProbeFeed();
    const first = shop.clock.now();
    expect(await feed.read('polling')).toMatchObject({ completeSince: first - HOUR });
    shop.clock.advance(HOUR);
    expect(await feed.read('polling')).toMatchObject({
      records: [{ nth: 1 }, { nth: 2 }],
      previousVisitAt: first,
      completeSince: first - HOUR,
    });
  });

  test('A record of a feed that tracks no states has none', async () => {
    const { records, statesOf } = await openProbeFeed().feed.read('polling');
    expect(records.map((record) => statesOf?.(record))).toEqual([undefined]);
  });

  test('A reading says until when each record is known to be as it says, where the feed does', async () => {
    const { feed, visits } = openProbeFeed({
      knownUntil: ({ missingSince }, { fetchedAt }) => fetchedAt + missingSince + 5,
    });
    const { records, knownUntil } = await feed.read('polling');
    expect(records.map((record) => knownUntil?.(record))).toEqual([Number(visits[0]?.now) + 5]);
    expect(await openProbeFeed().feed.read('polling')).not.toHaveProperty('knownUntil');
  });

  test('A feed that must know its records longer remembers that for its next visit', async () => {
    const confirming = (state: { topic: string; missingSince: number }, until: number) =>
      state.missingSince < until ? { ...state, missingSince: until } : undefined;
    const { feed, shop, visits } = await openVisited({ confirming });
    await feed.confirm?.(7);
    await feed.confirm?.(5);
    shop.clock.advance(HOUR);
    await feed.read('polling');
    expect(visits.map(({ state }) => state.missingSince)).toEqual([0, 7]);
    expect(openProbeFeed().feed).not.toHaveProperty('confirm');
  });

  test('While the store does not answer, a workflow gets no records, and a user is told', async () => {
    const { feed, lanes } = openProbeFeed({ through: () => silentStore });
    expect(await feed.read('polling')).toEqual({ records: [] });
    await expect(feed.read('interactive')).rejects.toEqual(problemLike('budget_unavailable'));
    await expect(feed.known()).rejects.toEqual(problemLike('budget_unavailable'));
    expect(lanes).toStrictEqual([]);
  });

  test('What is known is returned without a call', async () => {
    const { feed, shop, lanes } = await openVisited();
    shop.clock.advance(HOUR);
    expect(await feed.known()).toEqual([{ nth: 1 }]);
    expect(lanes).toHaveLength(1);
  });

  test('A visit that costs more later is made at once, while the calls of the day allow it', async () => {
    const visitedAfter = async (options: ProbeOptions, workflow: object = {}) => {
      const { feed, shop, visits } = await openVisited({ limit: 20, ...options });
      shop.clock.advance(MINUTE);
      await feed.read('polling', workflow);
      return visits.length;
    };
    expect(await visitedAfter({})).toBe(1);
    expect(await visitedAfter({ isWorthDebt: () => true })).toBe(2);
    expect(await visitedAfter({ isWorthDebt: () => true }, { workflow: 'a', isSecondary: true })).toBe(1);
    expect(await visitedAfter({ isWorthDebt: () => true, limit: 1 })).toBe(1);
  });

  test('Visits that cost more later are not all made at once', async () => {
    const { feed, shop, visits } = await openVisited({ limit: 20, isWorthDebt: () => true });
    for (let poll = 0; poll < 8; poll += 1) {
      shop.clock.advance(MINUTE);
      await feed.read('polling');
    }
    expect(visits).toHaveLength(4);
  });

  test('A visit for another feed waits until more is saved up, unless no workflow is named', async () => {
    const { feed, shop } = await openVisited();
    shop.clock.advance((await untilNextVisit(feed, shop)) + SECOND);
    const secondary = { workflow: 'a', isSecondary: true };
    expect(feed.isVisitDue?.('polling', secondary)).toBe(false);
    expect(feed.isVisitDue?.('polling', { isSecondary: true })).toBe(true);
    expect(feed.isVisitDue?.('polling', { workflow: 'a' })).toBe(true);
    const before = shop.requests.length;
    await feed.visitIfDue?.('polling', { workflow: 'a' });
    expect(shop.requests).toHaveLength(before);
    shop.clock.advance(HOUR);
    expect(feed.isVisitDue?.('polling', secondary)).toBe(true);
  });
});

describe('Visit that is made only if it is due', () => {
  test('A process that knows nothing reads the store, and one that knows of no due visit does not', async () => {
    const { fails, through } = switchableStore();
    const { feed, shop, reopen } = await openVisited({ through });
    const reads: string[] = [];
    fails.get = (key) => {
      reads.push(key);
      return shop.innerStore.get(key);
    };
    await feed.visitIfDue?.('polling');
    expect(reads).toStrictEqual([]);
    reopen();
    await feed.visitIfDue?.('polling');
    expect(reads.length).toBeGreaterThan(0);
  });

  test('Whether a visit is due is not known before the first reading', async () => {
    const probe = openProbeFeed();
    expect(probe.feed.isVisitDue?.('polling')).toBeUndefined();
    await probe.feed.read('polling');
    expect(probe.feed.isVisitDue?.('polling')).toBe(false);
    probe.shop.clock.advance(HOUR);
    expect(probe.feed.isVisitDue?.('polling')).toBe(true);
    await probe.feed.visitIfDue?.('polling');
    expect(probe.lanes).toHaveLength(2);
  });
});

describe('Time of the next visit', () => {
  test('It is now before the first visit', async () => {
    const { feed, shop } = openProbeFeed();
    expect(await feed.nextVisitAt?.()).toBe(shop.clock.now());
  });

  test('It is when credit for it is saved up', async () => {
    const { feed, shop } = await openVisited();
    shop.clock.advance((await untilNextVisit(feed, shop)) - 2 * MINUTE);
    expect(feed.isVisitDue?.('polling')).toBe(false);
    shop.clock.advance(2 * MINUTE);
    expect(feed.isVisitDue?.('polling')).toBe(true);
  });

  test('It is not before the feed has something to fetch', async () => {
    const { feed, shop } = await openVisited({ dueAt: () => DUE });
    expect(await feed.nextVisitAt?.()).toBe(DUE);
    shop.clock.advance(DUE - shop.clock.now() - 1);
    expect(feed.isVisitDue?.('polling')).toBe(false);
    shop.clock.advance(1);
    expect(feed.isVisitDue?.('polling')).toBe(true);
  });

  test('It does not wait for that if records were lost', async () => {
    const { lose, through } = losingStore();
    const { feed, shop, reopen, visits } = await openVisited({ through, dueAt: () => DUE });
    await lose('chunk1:');
    reopen();
    expect(await feed.nextVisitAt?.()).toBeLessThan(DUE);
    shop.clock.advance(2 * HOUR);
    await feed.read('polling');
    expect(visits).toHaveLength(2);
  });

  test('It is now if the last visit was made at a time that is still to come', async () => {
    const { feed, shop } = await openVisited();
    shop.clock.advance(-3 * HOUR);
    expect(await feed.nextVisitAt?.()).toBe(shop.clock.now());
    expect(feed.isVisitDue?.('polling')).toBe(true);
  });
});

describe('Row of a workflow', () => {
  const row = { mark: 1, renewedAt: Date.parse('2026-11-21T02:00:00Z') };

  test('A row is returned with the next reading, and the others stay', async () => {
    const { feed } = await openVisited();
    expect(await feed.keepWorkflow?.('a', row)).toBe(true);
    expect(await feed.keepWorkflow?.('b', row)).toBe(true);
    const { workflows } = await feed.read('polling');
    expect(Object.keys(workflows ?? {}).sort()).toEqual(['a', 'b']);
  });

  test.each([true, false, undefined])(
    'Only a clock that an answer has confirmed replaces a mark that is still to come (%s)',
    async (isConfirmed) => {
      const { feed, shop } = await openVisited();
      if (isConfirmed !== undefined) shop.isClockConfirmed = () => isConfirmed;
      const now = shop.clock.now();
      for (const mark of [now + HOUR, now]) await feed.keepWorkflow?.('a', { ...row, mark });
      const { workflows } = await feed.read('polling');
      expect(workflows?.a?.mark).toBe(isConfirmed ? now : now + HOUR);
    },
  );

  test('Before the first visit there is nothing that could hold a row', async () => {
    const { feed, shop } = openProbeFeed();
    expect(await feed.keepWorkflow?.('a', row)).toBe(true);
    expect(await feed.read('polling')).toMatchObject({ workflows: {} });
    expect(shop.logged).toStrictEqual([]);
  });

  test('A row that the store does not take is not kept', async () => {
    const { switches, through } = decliningStore(false, 'snap1:');
    const { feed, shop } = await openVisited({ through });
    switches.isDeclining = true;
    const before = shop.clock.now();
    expect(await feed.keepWorkflow?.('a', row, true)).toBe(false);
    expect(shop.clock.now()).toBe(before);
  });

  test('A row that need not be kept now does not wait for another reader', async () => {
    const { feed, shop } = await openVisited();
    await shop.innerStore.add(LEASE, 'another reader', HOLD_SECONDS);
    const before = shop.clock.now();
    expect(await feed.keepWorkflow?.('a', row)).toBe(false);
    expect(shop.clock.now()).toBe(before);
  });

  test('A row of a workflow that is turned on waits up to ten seconds for another reader', async () => {
    const { feed, shop } = await openVisited();
    const before = shop.clock.now();
    await shop.innerStore.add(LEASE, 'another reader', 5);
    expect(await feed.keepWorkflow?.('a', row, true)).toBe(true);
    expect(shop.clock.now() - before).toBe(5 * SECOND);
    await shop.innerStore.add(LEASE, 'another reader', HOLD_SECONDS);
    expect(await feed.keepWorkflow?.('b', row, true)).toBe(false);
    expect(shop.clock.now() - before).toBe(15 * SECOND);
  });

  test('A row is not kept while the store does not answer', async () => {
    const { fails, through } = switchableStore();
    const { feed, shop } = await openVisited({ through });
    const before = shop.clock.now();
    fails.add = silentStore.add;
    expect(await feed.keepWorkflow?.('a', row, true)).toBe(false);
    expect(shop.clock.now()).toBe(before);
  });
});

describe('Time since which a feed knows everything', () => {
  test('It is set back for a workflow that is older than the feed, which then fetches from there', async () => {
    const { feed, shop, visits } = await openVisited();
    const since = shop.clock.now() - 5 * HOUR;
    await feed.catchUp?.(since);
    shop.clock.advance(HOUR);
    expect(await feed.read('polling')).toMatchObject({ completeSince: since });
    expect(visits.at(-1)?.lost).toMatchObject({ recordsSince: since });
  });

  test('It is not moved forward', async () => {
    const { feed, shop, visits } = await openVisited();
    const { completeSince = 0 } = await feed.read('polling');
    await feed.catchUp?.(completeSince + MINUTE);
    await feed.catchUp?.(completeSince);
    shop.clock.advance(HOUR);
    expect(await feed.read('polling')).toMatchObject({ completeSince });
    expect(visits.at(-1)?.lost.recordsSince).toBeUndefined();
  });
});

describe('What a workflow needs to be fetched again', () => {
  test('A feed that has made no visit says that it will fetch nothing again', async () => {
    const { feed, shop } = openProbeFeed();
    const since = shop.clock.now() - HOUR;
    expect([await feed.catchUp?.(since), await feed.readAgain?.(since, since)]).toEqual([false, false]);
  });

  test('A workflow that needs it waits up to three seconds for another reader', async () => {
    const { feed, shop } = await openVisited();
    const since = shop.clock.now() - 5 * HOUR;
    for (const read of [() => feed.catchUp?.(since), () => feed.readAgain?.(since - HOUR, since)]) {
      const before = shop.clock.now();
      await shop.innerStore.add(LEASE, 'another reader', 2);
      expect(await read()).toBe(true);
      expect(shop.clock.now() - before).toBe(2 * SECOND);
      await shop.innerStore.add(LEASE, 'another reader', HOLD_SECONDS);
      expect(await read()).toBe(false);
      expect(shop.clock.now() - before).toBe(5 * SECOND);
      await shop.innerStore.delete(LEASE);
    }
  });

  test('The next visit fetches what any of the workflows needs, and only that one', async () => {
    const { feed, shop, visits } = await openVisited();
    const now = shop.clock.now();
    expect(await feed.readAgain?.(now - 5 * HOUR, now)).toBe(true);
    expect(await feed.readAgain?.(now - 7 * HOUR, now)).toBe(true);
    expect(await feed.readAgain?.(now - 6 * HOUR, now)).toBe(true);
    shop.clock.advance(HOUR);
    await feed.read('polling');
    shop.clock.advance(HOUR);
    await feed.read('polling');
    expect(visits.map(({ lost }) => lost.recordsSince)).toEqual([undefined, now - 7 * HOUR, undefined]);
    expect(visits[1]?.state.missingSince).toBe(now - 7 * HOUR);
  });

  test('The next visit takes for told only what each of the workflows may have been told', async () => {
    const losses: LostRecords[] = [];
    const { feed, shop } = await openVisited({
      afterLoss: (state, lost) => {
        losses.push(lost);
        return state;
      },
    });
    const now = shop.clock.now();
    for (const hours of [2, 4, 3]) await feed.readAgain?.(now - 7 * HOUR, now - hours * HOUR);
    shop.clock.advance(HOUR);
    await feed.read('polling');
    expect(losses).toMatchObject([{ from: now - 7 * HOUR, announcedUntil: now - 4 * HOUR }]);
  });
});

describe('Visit that fails', () => {
  test('What is known is returned while AliExpress is unreachable, and that is logged', async () => {
    const probe = await openVisited();
    probe.shop.clock.advance(HOUR);
    probe.onCall = unreachable;
    expect(await probe.feed.read('polling')).toMatchObject({ records: [{ nth: 1 }] });
    expect(probe.shop.logged).toEqual([
      'records are served from the snapshot {"feed":"orders","because":"aliexpress_unreachable"}',
    ]);
  });

  test.each(['polling', 'interactive'] as const)(
    'A feed that knows nothing returns nothing while AliExpress is unreachable (%s)',
    async (lane) => {
      const probe = openProbeFeed();
      probe.onCall = unreachable;
      expect(await probe.feed.read(lane)).toMatchObject({ records: [] });
    },
  );

  test('A user who waits for a first visit is told of an error that AliExpress will repeat', async () => {
    const probe = openProbeFeed();
    probe.onCall = () => fail('aliexpress_rejected', { method: 'm', code: 'c' });
    await expect(probe.feed.read('interactive')).rejects.toEqual(problemLike('aliexpress_rejected'));
  });

  test('A workflow waits for a first visit in spite of such an error', async () => {
    const probe = openProbeFeed();
    probe.onCall = () => fail('aliexpress_rejected', { method: 'm', code: 'c' });
    expect(await probe.feed.read('polling')).toMatchObject({ records: [] });
    expect(probe.lanes).toHaveLength(1);
  });

  test.each([
    'budget_used_up',
    'calls_paused',
    'shop_rate_limited',
    'app_rate_limited',
    'app_quota_used_up',
    'aliexpress_unreachable',
  ] as const)('A user can set a workflow up before a first visit in spite of %s', async (kind) => {
    const probe = openProbeFeed();
    const now = probe.shop.clock.now();
    const facts = {
      now,
      until: now,
      resetsAt: now,
      zone: 'Asia/Shanghai',
      limit: 9,
      reason: httpReason(503),
    };
    probe.onCall = () => fail(kind, facts as never);
    expect(await probe.feed.read('interactive')).toMatchObject({ records: [] });
  });

  test('A user of a feed that is complete gets what is known in spite of such an error', async () => {
    const probe = await openVisited();
    probe.onCall = () => fail('aliexpress_rejected', { method: 'm', code: 'c' });
    probe.shop.clock.advance(HOUR);
    expect(await probe.feed.read('interactive')).toMatchObject({ records: [{ nth: 1 }] });
  });

  test('A refused request is reported as a rejected one, with the same facts', async () => {
    const probe = openProbeFeed();
    probe.onCall = () => fail('request_refused', { method: 'm', code: 'c' });
    await expect(probe.feed.read('interactive')).rejects.toEqual(
      problemLike('aliexpress_rejected', { method: 'm', code: 'c' }),
    );
  });

  test('A wrong clock does not keep a workflow from what is known', async () => {
    const probe = await openVisited();
    probe.shop.clock.advance(HOUR);
    probe.onCall = () => fail('clock_wrong', {} as never);
    expect(await probe.feed.read('polling')).toMatchObject({ records: [{ nth: 1 }] });
  });

  test.each(['permission_missing', 'token_expired', 'answer_changed'] as const)(
    'A workflow is told of %s, because a person or the platform must act',
    async (kind) => {
      const probe = await openVisited();
      probe.shop.clock.advance(HOUR);
      probe.onCall = () => fail(kind, {} as never);
      await expect(probe.feed.read('polling')).rejects.toEqual(problemLike(kind));
    },
  );

  test('An error of the program itself is thrown as it is', async () => {
    const probe = await openVisited();
    probe.shop.clock.advance(HOUR);
    probe.onCall = () => {
      throw new TypeError('bug');
    };
    await expect(probe.feed.read('polling')).rejects.toThrow(new TypeError('bug'));
  });

  test('What is known stays known if the store falls silent during a visit that fails', async () => {
    const { fails, through } = switchableStore();
    const probe = await openVisited({ through });
    probe.shop.clock.advance(HOUR);
    probe.onCall = () => {
      Object.assign(fails, silentStore);
      return unreachable();
    };
    expect(await probe.feed.read('polling')).toMatchObject({ records: [{ nth: 1 }] });
  });

  test('What a visit has learned and paid for before it failed is stored', async () => {
    const probe = await openVisited();
    probe.shop.clock.advance(HOUR);
    probe.afterCall = (visit) => {
      visit.update({ topic: 'half' });
      return unreachable();
    };
    expect(await probe.feed.read('polling')).toMatchObject({ records: [{ nth: 1 }, { nth: 2 }] });
    probe.reopen();
    probe.afterCall = () => undefined;
    probe.shop.clock.advance(HOUR);
    await probe.feed.read('polling');
    expect(probe.visits.at(-1)?.state.topic).toBe('half');
  });
});

describe('Interest of a reader', () => {
  const interest = {
    of: async ({ workflow }: { workflow?: string | undefined }) => workflow,
    hasNewDemand: ({ topic }: { topic: string }, wanted: string | undefined) => topic !== wanted,
    recordDemand: <S extends object>(state: S, wanted: string | undefined) => ({
      ...state,
      topic: wanted ?? '',
    }),
    tooMany: ({ topic }: { topic: string }) => topic.length - 1,
  };

  test('What is new to the feed is fetched at once for a user who sets a workflow up', async () => {
    const { feed, visits } = openProbeFeed({ interest });
    await feed.read('interactive', { workflow: 'a' });
    await feed.read('interactive', { workflow: 'b' });
    await feed.read('interactive', { workflow: 'b' });
    expect(visits.map(({ state }) => state.topic)).toEqual(['a', 'b']);
  });

  test('What is new to the feed is recorded for the next visit at the poll of a workflow', async () => {
    const { feed, shop, visits } = openProbeFeed({ interest });
    const before = shop.clock.now();
    await feed.read('polling', { workflow: 'a' });
    await feed.read('polling', { workflow: 'b' });
    expect(visits).toHaveLength(1);
    expect(shop.clock.now()).toBe(before);
    shop.clock.advance(HOUR);
    await feed.read('polling', { workflow: 'b' });
    expect(visits.map(({ state }) => state.topic)).toEqual(['a', 'b']);
  });

  test('An interest is recorded although another workflow visits at the same moment', async () => {
    const { feed, shop } = openProbeFeed({ interest });
    await feed.read('polling', { workflow: 'a' });
    await shop.innerStore.add(LEASE, 'another reader', 3);
    await feed.read('polling', { workflow: 'b' });
    await shop.innerStore.add(LEASE, 'another reader', HOLD_SECONDS);
    const timeOf = async (workflow: string) => {
      const before = shop.clock.now();
      await feed.read('polling', { workflow });
      return shop.clock.now() - before;
    };
    // What is recorded needs no lease, and a poll does not wait for long.
    expect(await timeOf('b')).toBe(0);
    expect(await timeOf('c')).toBe(5 * SECOND);
  });

  test('An interest that is known already is not stored again', async () => {
    const { fails, through } = switchableStore();
    const { feed, shop } = openProbeFeed({ interest, through });
    await feed.read('polling', { workflow: 'a' });
    const writes: string[] = [];
    fails.add = (...request) => {
      writes.push(request[0]);
      return shop.innerStore.add(...request);
    };
    await feed.read('polling', { workflow: 'a' });
    expect(writes).toStrictEqual([]);
    await feed.read('polling', { workflow: 'b' });
    expect(writes).not.toStrictEqual([]);
  });

  test('It is logged how many things are too many to be watched', async () => {
    const { feed, shop } = openProbeFeed({ interest });
    await feed.read('polling', { workflow: 'abc' });
    await feed.read('polling', { workflow: 'abc' });
    expect(shop.logged).toEqual(['too many things are to be watched {"feed":"orders","tooMany":2}']);
    await feed.read('polling', { workflow: 'a' });
    expect(shop.logged).toHaveLength(1);
  });
});

const untilNextVisit = async (feed: Probe['feed'], shop: Probe['shop']) =>
  ((await feed.nextVisitAt?.()) ?? 0) - shop.clock.now();
