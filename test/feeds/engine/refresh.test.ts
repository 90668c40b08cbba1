import { orderList } from '../../../lib/aliexpress/methods/order-list.ts';
import { readFeedStatus } from '../../../lib/feeds/engine/feed-status.ts';
import { skippedSpans } from '../../../lib/feeds/engine/skipped-events.ts';
import { RETENTION_MS } from '../../../lib/feeds/engine/snapshot.ts';
import { fail, httpReason } from '../../../lib/problems.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../lib/runtime.ts';
import { decliningStore, silentStore } from '../../support/failing-stores.ts';
import { losingStore } from '../../support/losing-store.ts';
import { openProbeFeed, type ProbeOptions } from '../../support/probe-feed.ts';
import { problemLike } from '../../support/problem-like.ts';
import { switchableStore } from '../../support/switchable-store.ts';

const SELLER = '2201234567890';
const LEASE = `lease:${SELLER}:orders`;
const unreachable = (): never => fail('aliexpress_unreachable', { reason: httpReason(503) });

/** A feed that has made its first visit. */
async function openVisited(options: ProbeOptions = {}) {
  const probe = openProbeFeed(options);
  await probe.feed.read('polling');
  return probe;
}

/** Until exactly one visit is saved up. */
async function waitForNextVisit({ feed, shop }: Awaited<ReturnType<typeof openVisited>>) {
  shop.clock.advance(((await feed.nextVisitAt?.()) ?? 0) - shop.clock.now());
}

describe('Reader that meets another reader of the feed', () => {
  test('A workflow gets what is known, at once', async () => {
    const { feed, shop, lanes } = await openVisited();
    shop.clock.advance(HOUR);
    const before = shop.clock.now();
    await shop.innerStore.add(LEASE, 'another reader', 30);
    expect(await feed.read('polling')).toMatchObject({ records: [{ nth: 1 }] });
    expect([lanes.length, shop.clock.now()]).toEqual([1, before]);
  });

  test('A user gets what is known at once if the feed is complete', async () => {
    const { feed, shop } = await openVisited();
    shop.clock.advance(HOUR);
    const before = shop.clock.now();
    await shop.innerStore.add(LEASE, 'another reader', 30);
    expect(await feed.read('interactive')).toMatchObject({ records: [{ nth: 1 }] });
    expect(shop.clock.now()).toBe(before);
  });

  test('A user waits 15 seconds for the first visit, and is told that it is not complete yet', async () => {
    const { feed, shop } = openProbeFeed();
    const before = shop.clock.now();
    await shop.innerStore.add(LEASE, 'another reader', 30);
    await expect(feed.read('interactive')).rejects.toEqual(problemLike('first_check_incomplete'));
    expect(shop.clock.now() - before).toBe(15 * SECOND);
  });

  test('A user waits until the other reader has finished', async () => {
    const { feed, shop, lanes } = openProbeFeed();
    await shop.innerStore.add(LEASE, 'another reader', 4);
    expect(await feed.read('interactive')).toMatchObject({ records: [{ nth: 1 }] });
    expect(lanes).toEqual(['interactive']);
  });

  test('A user visits again until the first visit is complete', async () => {
    const probe = openProbeFeed();
    probe.isComplete = false;
    probe.onCall = (nth) => {
      probe.isComplete = nth === 3;
    };
    expect(await probe.feed.read('interactive')).toMatchObject({
      records: [{ nth: 1 }, { nth: 2 }, { nth: 3 }],
    });
  });

  test('A user whose visits do not come to an end is told that the first check is still running', async () => {
    const probe = openProbeFeed();
    probe.isComplete = false;
    await expect(probe.feed.read('interactive')).rejects.toEqual(problemLike('first_check_incomplete'));
  });

  test('A workflow does not wait for a visit to be complete', async () => {
    const probe = openProbeFeed();
    probe.isComplete = false;
    expect(await probe.feed.read('polling')).toMatchObject({ records: [{ nth: 1 }] });
  });
});

describe('Store that does not take the lease of a reader', () => {
  test('A workflow gets what is known', async () => {
    const { fails, through } = switchableStore();
    const { feed, shop, lanes } = await openVisited({ through });
    shop.clock.advance(HOUR);
    fails.add = silentStore.add;
    expect(await feed.read('polling')).toMatchObject({ records: [{ nth: 1 }] });
    expect(await feed.read('interactive')).toMatchObject({ records: [{ nth: 1 }] });
    expect(lanes).toHaveLength(1);
  });

  test('A user who waits for a first visit is told so at once', async () => {
    const { fails, through } = switchableStore();
    const { feed, shop } = openProbeFeed({ through });
    const before = shop.clock.now();
    fails.add = silentStore.add;
    await expect(feed.read('interactive')).rejects.toEqual(problemLike('store_write_failed'));
    expect(shop.clock.now()).toBe(before);
  });

  test('A store that refuses the lease although nobody holds it is not taken for another reader', async () => {
    const { fails, through } = switchableStore();
    const { feed, shop } = openProbeFeed({ through });
    fails.add = async () => false;
    await expect(feed.read('interactive')).rejects.toEqual(problemLike('store_write_failed'));
    fails.get = async (key) => (key === LEASE ? silentStore.get(key) : shop.innerStore.get(key));
    await expect(feed.read('interactive')).rejects.toEqual(problemLike('store_write_failed'));
  });
});

describe('Store that has not taken a visit a while ago', () => {
  test('It is not taken for another reader: a user who waits for a first visit is told so at once', async () => {
    const { switches, through } = decliningStore(true, 'snap1:', 'chunk1:');
    const { feed, shop, lanes } = openProbeFeed({ through });
    await feed.read('interactive');
    for (let n = 1; n <= 2; n += 1) {
      shop.clock.advance(MINUTE);
      const before = shop.clock.now();
      await expect(feed.read('interactive')).rejects.toEqual(problemLike('store_write_failed'));
      expect(shop.clock.now()).toBe(before);
    }
    expect(lanes).toHaveLength(1);
    switches.isDeclining = false;
    shop.clock.advance(6 * MINUTE);
    expect(await feed.read('interactive')).toMatchObject({ records: [{ nth: 2 }] });
  });

  test('It does not take the parts of a first visit that is not complete either', async () => {
    const { through } = decliningStore(true, 'snap1:', 'chunk1:');
    const probe = openProbeFeed({ through });
    probe.isComplete = false;
    await expect(probe.feed.read('interactive')).rejects.toEqual(problemLike('store_write_failed'));
  });
});

describe('Visit that begins with a wrong time', () => {
  test('It begins again with the right time', async () => {
    const probe = await openVisited();
    const { shop, feed, visits } = probe;
    shop.clock.advance(3 * HOUR);
    probe.offMs = -2 * HOUR;
    probe.onCall = () => {
      shop.clock.advance(probe.offMs);
      probe.offMs = 0;
    };
    await feed.read('polling');
    const [, wrong = { now: 0 }, right] = visits;
    expect(right).toMatchObject({ now: wrong.now - 2 * HOUR });
    expect(await feed.known()).toEqual([{ nth: 1 }, { nth: 3 }]);
  });

  test('Nothing of it is kept, and answers that keep contradicting the clock are taken as they are', async () => {
    const probe = openProbeFeed();
    probe.offMs = -9 * HOUR;
    probe.afterCall = (visit) => visit.update({ topic: `after visit ${probe.visits.length}` });
    await probe.feed.read('polling');
    expect(probe.visits.map(({ state }) => state.topic)).toEqual(['', '', '']);
    expect(await probe.feed.known()).toEqual([{ nth: 3 }]);
  });

  test('What it has learned before that answer is not kept', async () => {
    const topics: string[] = [];
    const probe = openProbeFeed({
      fetch: async (visit) => {
        topics.push(visit.state.topic);
        visit.update({ topic: 'wrong' });
        await visit.call(orderList, {} as never);
        return true;
      },
    });
    probe.offMs = -9 * HOUR;
    probe.onCall = (nth) => {
      if (nth === 2) probe.offMs = 0;
    };
    await probe.feed.read('polling');
    expect(topics).toEqual(['', '']);
  });

  test('Its calls delay the next visit like others', async () => {
    const nextAfter = async (offMs: number) => {
      const probe = await openVisited({ limit: 24 });
      await waitForNextVisit(probe);
      probe.offMs = offMs;
      await probe.feed.read('polling');
      const at = (await probe.feed.nextVisitAt?.()) ?? 0;
      return { calls: probe.lanes.length, waitMs: at - probe.shop.clock.now() };
    };
    const [right, wrong] = [await nextAfter(0), await nextAfter(-9 * HOUR)];
    expect([right.calls, wrong.calls]).toEqual([2, 4]);
    expect(wrong.waitMs).toBeGreaterThan(right.waitMs + 10 * 60 * SECOND);
  });
});

describe('Snapshot that was lost', () => {
  test('The next visit fetches what a snapshot would have held, since it is known of earlier visits', async () => {
    const { lose, through } = losingStore();
    const probe = await openVisited({ through });
    const { completeSince } = await probe.feed.read('polling');
    probe.shop.clock.advance(5 * HOUR);
    await lose('snap1:', 'chunk1:');
    probe.reopen();
    const reading = await probe.feed.read('polling');
    const now = probe.shop.clock.now();
    expect(probe.visits.at(-1)).toMatchObject({
      lost: { recordsSince: now - RETENTION_MS, watched: { from: 0, to: now } },
      state: { missingSince: now - RETENTION_MS },
    });
    expect(reading).toMatchObject({ completeSince });
    expect(probe.shop.logged).toEqual(['the store has lost what was known {"feed":"orders"}']);
  });

  test('A feed that begins has lost nothing', async () => {
    const { visits, shop } = await openVisited();
    expect(visits[0]?.lost.recordsSince).toBeUndefined();
    expect(shop.logged).toStrictEqual([]);
  });

  test('Lost records are fetched since the oldest of them was, and that is logged', async () => {
    const { lose, through } = losingStore();
    const { feed, shop, visits, reopen } = await openVisited({ through });
    const firstAt = shop.clock.now();
    await lose('chunk1:');
    reopen();
    shop.clock.advance(2 * HOUR);
    await feed.read('polling');
    expect(visits.at(-1)).toMatchObject({
      lost: { recordsSince: firstAt },
      state: { missingSince: firstAt },
    });
    expect(shop.logged).toEqual(['the store has lost what was known {"feed":"orders"}']);
  });

  test('What a wrong clock has fetched is fetched again', async () => {
    const { feed, shop, visits } = await openVisited();
    shop.clock.advance(-5 * HOUR);
    await feed.read('polling');
    expect(visits.at(-1)?.lost).toMatchObject({ recordsSince: shop.clock.now() - RETENTION_MS });
  });

  test('A feed without a way to fetch lost records makes its visits all the same', async () => {
    const { lose, through } = losingStore();
    const { feed, shop, visits, reopen } = await openVisited({ through, afterLoss: undefined } as never);
    await lose('chunk1:');
    reopen();
    shop.clock.advance(2 * HOUR);
    await feed.read('polling');
    expect(visits).toHaveLength(2);
  });
});

describe('Connection whose token has expired', () => {
  const expired = () => fail('token_expired', {});

  test('The first visit that notices costs no credit, and the next ones do', async () => {
    const probe = await openVisited({ limit: 24 });
    await waitForNextVisit(probe);
    const readFailing = async () => {
      probe.onCall = expired;
      await probe.feed.read('polling').catch(() => {});
      probe.onCall = () => undefined;
      return probe.lanes.length;
    };
    expect(await readFailing()).toBe(2);
    // The platform renews the token and polls again at once.
    expect(await readFailing()).toBe(3);
    expect(await readFailing()).toBe(3);
  });

  test('A visit that succeeds ends that', async () => {
    const probe = await openVisited({ limit: 24 });
    for (let n = 0; n < 2; n += 1) {
      await waitForNextVisit(probe);
      probe.onCall = expired;
      await expect(probe.feed.read('polling')).rejects.toEqual(problemLike('token_expired'));
      probe.onCall = () => undefined;
      await probe.feed.read('polling');
    }
    expect(probe.lanes).toHaveLength(5);
  });

  test('Another error does not make the next expired token cost credit', async () => {
    const probe = await openVisited({ limit: 24 });
    await waitForNextVisit(probe);
    probe.onCall = unreachable;
    await probe.feed.read('polling');
    await waitForNextVisit(probe);
    probe.onCall = expired;
    await probe.feed.read('polling').catch(() => {});
    probe.onCall = () => undefined;
    await probe.feed.read('polling');
    expect(probe.lanes).toHaveLength(4);
  });
});

describe('Permission that AliExpress has refused', () => {
  const refuse = (): never => fail('permission_missing', {} as never);
  const openRefused = async (renewBy?: number) => {
    const probe = await openVisited();
    if (renewBy !== undefined) probe.shop.renewBy = renewBy;
    probe.shop.clock.advance(HOUR);
    probe.onCall = refuse;
    await expect(probe.feed.read('polling')).rejects.toEqual(problemLike('permission_missing'));
    return probe;
  };

  test('Polls ask again after a day', async () => {
    const { feed, shop, lanes } = await openRefused();
    shop.clock.advance(DAY - 1);
    await feed.read('polling');
    expect([lanes.length, feed.isVisitDue?.('polling')]).toEqual([2, false]);
    shop.clock.advance(1);
    await expect(feed.read('polling')).rejects.toEqual(problemLike('permission_missing'));
    expect(lanes).toHaveLength(3);
  });

  test('A user who sets a workflow up asks again at once', async () => {
    const { feed, lanes } = await openRefused();
    await expect(feed.read('interactive')).rejects.toEqual(problemLike('permission_missing'));
    expect(lanes).toHaveLength(3);
  });

  test('A new connection asks again at once', async () => {
    const { feed, shop, lanes } = await openRefused(7);
    await feed.read('polling');
    expect(lanes).toHaveLength(2);
    shop.renewBy = 8;
    shop.clock.advance(HOUR);
    await expect(feed.read('polling')).rejects.toEqual(problemLike('permission_missing'));
    expect(lanes).toHaveLength(3);
  });
});

describe('Visit that cannot be stored', () => {
  test('A workflow gets what is stored, and a user sees what was found', async () => {
    const { switches, through } = decliningStore(false, 'snap1:');
    const { feed, shop, reopen } = await openVisited({ through });
    switches.isDeclining = true;
    shop.clock.advance(HOUR);
    expect(await feed.read('polling')).toMatchObject({ records: [{ nth: 1 }] });
    expect(shop.logged).toEqual([
      'the snapshot was not stored; its records will be fetched again {"feed":"orders","because":"declined"}',
    ]);
    reopen();
    await shop.innerStore.delete(LEASE);
    expect(await feed.read('interactive')).toMatchObject({ records: [{ nth: 1 }, { nth: 3 }] });
  });

  test('No process visits for eight minutes, because the credit was not stored either', async () => {
    const { switches, through } = decliningStore(false, 'snap1:');
    const { feed, shop, lanes } = await openVisited({ through });
    switches.isDeclining = true;
    shop.clock.advance(HOUR);
    await feed.read('polling');
    shop.clock.advance(480 * SECOND - 1);
    await feed.read('polling');
    expect(lanes).toHaveLength(2);
    shop.clock.advance(1);
    await feed.read('polling');
    expect(lanes).toHaveLength(3);
  });

  test('A workflow is told of an error that the platform must mend although the visit is not stored', async () => {
    const { switches, through } = decliningStore(false, 'snap1:');
    const probe = await openVisited({ through });
    switches.isDeclining = true;
    probe.shop.clock.advance(HOUR);
    probe.onCall = () => fail('token_expired', {});
    await expect(probe.feed.read('polling')).rejects.toEqual(problemLike('token_expired'));
  });

  test('A user sees what is stored if another process has stored a visit in the meantime', async () => {
    const probe = openProbeFeed();
    probe.afterCall = async () => {
      probe.afterCall = () => undefined;
      await probe.shop.innerStore.delete(LEASE);
      await probe.feed.read('interactive');
    };
    expect(await probe.feed.read('interactive')).toMatchObject({ records: [{ nth: 2 }] });
    expect(probe.visits).toHaveLength(2);
  });

  test('What is known is returned if the store then falls silent, and that is logged', async () => {
    const { fails, through } = switchableStore();
    const { feed, shop } = await openVisited({ through });
    shop.clock.advance(HOUR);
    fails.add = async (key, ...request) => {
      if (!key.startsWith('snap1:')) return shop.innerStore.add(key, ...request);
      fails.get = silentStore.get;
      return false;
    };
    expect(await feed.read('polling')).toMatchObject({ records: [{ nth: 1 }] });
    expect(shop.logged.at(-1)).toBe(
      'records are served from the snapshot {"feed":"orders","because":"budget_unavailable"}',
    );
  });
});

describe('Visit that cannot begin', () => {
  const SERVED = 'records are served from the snapshot {"feed":"orders","because":"budget_unavailable"}';

  test('What is known is returned if the store falls silent before it', async () => {
    const { fails, through } = switchableStore();
    const { feed, shop, lanes } = await openVisited({ through });
    shop.clock.advance(HOUR);
    fails.add = async (...request) => {
      fails.get = silentStore.get;
      return shop.innerStore.add(...request);
    };
    expect(await feed.read('polling')).toMatchObject({ records: [{ nth: 1 }] });
    expect([lanes.length, shop.logged.at(-1)]).toEqual([1, SERVED]);
  });

  test('What is known is returned if the watch list cannot be read', async () => {
    const { fails, through } = switchableStore();
    const entry = { id: '7', seenAt: Date.parse('2026-11-21T02:00:00Z'), values: {} };
    const entries = new Map([['7', { ...entry, fetchedAt: entry.seenAt }]]);
    const lifetime = { retentionMs: DAY, expiryMs: 2 * DAY };
    const { feed, shop, lanes, reopen } = await openVisited({
      through,
      memory: { open: async () => undefined, entries: () => entries, lifetime },
    });
    shop.clock.advance(HOUR);
    reopen();
    fails.get = (key) => (key.startsWith('watch1:') ? silentStore.get(key) : shop.innerStore.get(key));
    expect(await feed.read('polling')).toMatchObject({ records: [{ nth: 1 }] });
    expect([lanes.length, shop.logged.at(-1)]).toEqual([1, SERVED]);
  });
});

describe('Visit that has nothing to do', () => {
  test('It stores nothing and reports nothing', async () => {
    const { fails, through } = switchableStore();
    const { feed, shop } = openProbeFeed({ through, fetch: async () => true });
    const keys: string[] = [];
    fails.add = async (...request) => {
      keys.push(request[0]);
      return shop.innerStore.add(...request);
    };
    expect(await feed.read('polling')).toMatchObject({ records: [] });
    expect(keys).toEqual([LEASE]);
    expect(await skippedSpans(shop)).toStrictEqual([]);
  });
});

describe('Feed that tracks states', () => {
  test('A reading has the states of each record', async () => {
    let status = 0;
    const { feed, shop } = openProbeFeed({
      states: {
        stateOf: ({ status }) => ({ status }),
        changedAt: () => undefined,
        sinceOfUnmet: () => 5,
      },
      fetch: async (visit) => {
        status += 1;
        await visit.call(orderList, {} as never);
        visit.keep('1', { status });
        return true;
      },
    });
    await feed.read('polling');
    const firstAt = shop.clock.now();
    shop.clock.advance(HOUR);
    const { records, statesOf } = await feed.read('polling');
    expect(records.map((record) => statesOf?.(record))).toEqual([
      [
        { values: { status: 1 }, since: 5 },
        { values: { status: 2 }, since: firstAt + HOUR, after: firstAt },
      ],
    ]);
  });
});

describe('Status of the feed after a visit', () => {
  const statusOf = ({ shop }: ReturnType<typeof openProbeFeed>) =>
    readFeedStatus(shop.innerStore, SELLER, 'orders');

  test('It says what the feed needs and knows', async () => {
    const probe = await openVisited({
      demand: { weight: 3, cost: 2 },
      dueAt: (_, now) => now + 5 * HOUR,
      waiting: () => ({ count: 4, since: 9 }),
      readsWholeLists: () => true,
    });
    const now = probe.shop.clock.now();
    expect(await statusOf(probe)).toMatchObject({
      weight: 3,
      cost: 2,
      visitedAt: now,
      nextDueAt: now + 5 * HOUR,
      nextAt: now + 5 * HOUR,
      completeSince: now - HOUR,
      day: '2026-11-21',
      waiting: { count: 4, since: 9 },
      readsWholeLists: true,
      failure: null,
    });
  });

  test('It says when the next visit will be paid, where the feed is always due', async () => {
    const probe = await openVisited();
    expect(await statusOf(probe)).toMatchObject({
      nextDueAt: probe.shop.clock.now(),
      nextAt: await probe.feed.nextVisitAt?.(),
      waiting: null,
    });
  });

  test('It says since when visits fail, and why', async () => {
    const probe = await openVisited();
    probe.onCall = unreachable;
    const times: number[] = [];
    for (let n = 0; n < 2; n += 1) {
      probe.shop.clock.advance(HOUR);
      times.push(probe.shop.clock.now());
      await probe.feed.read('polling');
    }
    expect(await statusOf(probe)).toMatchObject({
      failure: { kind: 'aliexpress_unreachable', since: times[0], lastAt: times[1] },
    });
  });

  test('It is due when a refused permission is asked for again', async () => {
    const probe = await openVisited();
    probe.shop.clock.advance(HOUR);
    probe.onCall = () => fail('permission_missing', {} as never);
    await probe.feed.read('polling').catch(() => {});
    expect(await statusOf(probe)).toMatchObject({ nextDueAt: probe.shop.clock.now() + DAY });
  });

  test('What had happened before the first visit is not late, and what happens later is', async () => {
    const probe = openProbeFeed();
    const found = (ageMs: number) => {
      probe.afterCall = (visit) => visit.keep(`event ${visit.now}`, {}, visit.now - ageMs);
    };
    found(10);
    await probe.feed.read('polling');
    expect((await statusOf(probe))?.delays).toEqual({ count: 0, sumMs: 0 });
    found(1000);
    probe.shop.clock.advance(HOUR);
    await probe.feed.read('polling');
    expect((await statusOf(probe))?.delays).toEqual({ count: 1, sumMs: 1000 });
  });

  test('A store that does not take it does not end the visit', async () => {
    const { fails, through } = switchableStore();
    const probe = openProbeFeed({ through });
    fails.set = (key, ...request) =>
      key.startsWith('status1:')
        ? silentStore.set(key, ...request)
        : probe.shop.innerStore.set(key, ...request);
    expect(await probe.feed.read('polling')).toMatchObject({ records: [{ nth: 1 }] });
  });
});

describe('Report of a visit that events may have been skipped', () => {
  test('The report waits in the feed until the store takes it', async () => {
    const { switches, through } = decliningStore(true, 'skipped:');
    const probe = openProbeFeed({ through });
    const span = { from: 1, to: 2 };
    probe.afterCall = (visit) => {
      if (probe.visits.length === 1) visit.report(span);
    };
    await probe.feed.read('polling');
    expect(await skippedSpans(probe.shop)).toStrictEqual([]);
    switches.isDeclining = false;
    probe.reopen();
    probe.shop.clock.advance(HOUR);
    await probe.feed.read('polling');
    const reported = [{ ...span, feed: 'orders', isHeld: false, at: probe.shop.clock.now() }];
    expect(await skippedSpans(probe.shop)).toEqual(reported);
    probe.shop.clock.advance(HOUR);
    await probe.feed.read('polling');
    expect(await skippedSpans(probe.shop)).toEqual(reported);
  });
});
