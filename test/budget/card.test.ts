import { createBreaker } from '../../lib/budget/breaker.ts';
import { introduceShop } from '../../lib/budget/introduce-shop.ts';
import { dayIn } from '../../lib/budget/quota-day.ts';
import { DAY, HOUR, SECOND } from '../../lib/runtime.ts';
import type { Store } from '../../lib/stores/store.ts';
import { silentStore } from '../support/failing-stores.ts';
import { type FixedClock, fixedClock } from '../support/fixed-clock.ts';
import { type ForgetfulStore, forgetfulStore } from '../support/forgetful-store.ts';
import { type OpenLedger, openLedger, SHOP, slotsOf } from '../support/ledgers.ts';

const NOON = Date.parse('2026-11-21T04:00:00Z');
const MARKER = `slots:${SHOP}:day`;
const isMark = (key: string) => /:used(:\d)?$/.test(key);
const isSlot = (key: string) => /^slots:.*:\d+$/.test(key) && !isMark(key);
const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

describe.each([
  ['single commands', false],
  ['one round trip', true],
] as const)('Card of a day, claimed by %s', (_, claimsAtOnce) => {
  let clock: FixedClock;
  let store: ForgetfulStore;
  beforeEach(() => {
    clock = fixedClock(NOON);
    store = forgetfulStore({ clock, claimsAtOnce });
  });
  const open = (connectedAt?: number) => openLedger({ sharing: { clock, store }, connectedAt });
  /** A shop that was connected on another day, and has made this many calls. */
  const withCalls = async (calls: number) => {
    await introduceShop(store, SHOP);
    const ledger = open(NOON - 10 * DAY);
    await ledger.claimMany(calls);
    return ledger;
  };
  const forgotten = { granted: false, reason: 'store_forgot', until: Date.parse('2026-11-21T16:00:00Z') };

  test('No slot is granted again after the store has lost all slots', async () => {
    const ledger = await withCalls(91);
    store.loseKeys(isSlot);
    expect(slotsOf(await ledger.claimMany(200))).toEqual(upTo(92, 200));
  });

  test.each([0, 1, 2])('No slot is granted again if only mark %d of three is left', async (left) => {
    const ledger = await withCalls(91);
    store.loseKeys(
      (key) => isSlot(key) || (isMark(key) && !key.endsWith(['used', 'used:2', 'used:3'][left] ?? '')),
    );
    expect(slotsOf(await ledger.claimMany(1))).toEqual([92]);
  });

  test('A claim writes the marks again that the store has lost', async () => {
    const ledger = await withCalls(91);
    store.loseKeys((key) => key.endsWith(':used'));
    await ledger.claimMany(1);
    store.loseKeys((key) => isSlot(key) || /:used:\d$/.test(key));
    expect(slotsOf(await ledger.claimMany(1))).toEqual([93]);
  });

  test('Where the marks and the day of a new shop are lost, the taken slots are counted', async () => {
    const ledger = open(NOON - 1);
    await ledger.claimMany(200);
    store.loseKeys((key) => !isSlot(key));
    await ledger.claimMany(1);
    expect(await ledger.used(SHOP)).toBe(200);
  });

  test('A refused claim writes the marks again that cannot be true', async () => {
    const ledger = await withCalls(200);
    await store.set(`slots:${SHOP}:2026-11-21:used`, '', DAY);
    await ledger.claimMany(1);
    store.loseKeys((key) => isSlot(key) || /:used:\d$/.test(key));
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: false, reason: 'used_up' });
  });

  test('A refused claim writes the marks again that the store has lost', async () => {
    const ledger = await withCalls(200);
    store.loseKeys((key) => key.endsWith(':used'));
    await ledger.claimMany(1);
    store.loseKeys((key) => isSlot(key) || /:used:\d$/.test(key));
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: false, reason: 'used_up' });
  });

  test('No call is granted after the store has lost everything', async () => {
    const ledger = await withCalls(91);
    store.loseKeys(() => true);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject(forgotten);
  });

  test('No call is granted after the store has lost the marks', async () => {
    const ledger = await withCalls(91);
    store.loseKeys(isMark);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject(forgotten);
  });

  test('The card stays lost until the day is over', async () => {
    const ledger = await withCalls(91);
    store.loseKeys(() => true);
    await ledger.claimMany(3);
    clock.advance(12 * HOUR - clock.now() + NOON - 1000);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ reason: 'store_forgot' });
  });

  test('The day after a lost card has all its calls', async () => {
    const ledger = await withCalls(91);
    store.loseKeys(() => true);
    await ledger.claimMany(1);
    clock.advance(12 * HOUR);
    expect(slotsOf(await ledger.claimMany(201))).toEqual(upTo(1, 200));
  });

  test('All calls count as used once the card is found lost', async () => {
    const ledger = await withCalls(91);
    store.loseKeys(() => true);
    await ledger.claimMany(1);
    expect([await ledger.used(SHOP), await ledger.isForgotten(SHOP)]).toEqual([200, true]);
  });

  test('A card that is whole is not reported as lost', async () => {
    const ledger = await withCalls(91);
    expect(await ledger.isForgotten(SHOP)).toBe(false);
  });

  test('Calls of yesterday do not count as used up if the marks of that day are lost', async () => {
    const ledger = await withCalls(91);
    const yesterday = dayIn('Asia/Shanghai')(NOON);
    clock.advance(DAY);
    store.loseKeys(isMark);
    expect(await ledger.used(SHOP, yesterday)).toBe(0);
  });

  const DAY_END = Date.parse('2026-11-21T16:00:00Z');
  const CLOSED = `slots:${SHOP}:2026-11-21:closed`;
  const IMPOSSIBLE = ['1e300', '-1', 'noon', '', 'Infinity', '999999999999999', `1${'0'.repeat(400)}`];

  test.each(IMPOSSIBLE)(
    'A card whose closing time is %j is closed until the end of its day',
    async (value) => {
      const ledger = await withCalls(1);
      await store.set(CLOSED, value, 86_400);
      const refused = { granted: false, reason: 'used_up', until: DAY_END };
      expect(await ledger.claim(SHOP, 'interactive')).toMatchObject(refused);
      expect(await ledger.used(SHOP)).toBe(200);
      clock.advance(12 * HOUR);
      expect(slotsOf(await ledger.claimMany(1))).toEqual([1]);
    },
  );

  test.each(IMPOSSIBLE)('A mark of %j counts as lost', async (value) => {
    const ledger = await withCalls(91);
    await store.set(`slots:${SHOP}:2026-11-21:used`, value, 86_400);
    store.loseKeys(isSlot);
    expect(slotsOf(await ledger.claimMany(1))).toEqual([92]);
  });

  test.each(IMPOSSIBLE)('No call is granted if all three marks are %j', async (value) => {
    const ledger = await withCalls(91);
    for (const mark of ['used', 'used:2', 'used:3'])
      await store.set(`slots:${SHOP}:2026-11-21:${mark}`, value, 86_400);
    store.loseKeys((key) => key === MARKER || isSlot(key));
    await introduceShop(store, SHOP);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject(forgotten);
    expect([await ledger.used(SHOP), await ledger.isForgotten(SHOP)]).toEqual([200, true]);
  });

  test.each(IMPOSSIBLE)('A shop whose marker is %j is not known', async (value) => {
    const ledger = await withCalls(91);
    await store.set(MARKER, value, 86_400);
    store.loseKeys(isMark);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject(forgotten);
  });

  test.each([...IMPOSSIBLE, String(NOON + 3 * DAY)])('A pause until %j counts as lost', async (value) => {
    const ledger = await withCalls(1);
    await store.set(`pause:${SHOP}`, value, 86_400);
    expect(await ledger.claim(SHOP, 'interactive', { isGated: true })).toMatchObject({ slot: 2 });
  });

  test('A machine whose clock is a day behind does not make the store forget today', async () => {
    const ledger = await withCalls(91);
    const behind = openLedger({ sharing: { clock: { ...clock, now: () => clock.now() - DAY }, store } });
    await behind.claimMany(3);
    store.loseKeys((key) => key.includes('2026-11-21:'));
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject(forgotten);
  });

  test('A first and a second sign-in are both confirmed', async () => {
    expect([await introduceShop(store, SHOP), await introduceShop(store, SHOP)]).toEqual([true, true]);
  });

  test('A sign-in is not confirmed if the store takes no value and holds none', async () => {
    expect(await introduceShop({ ...store, add: async () => false }, SHOP)).toBe(false);
  });

  test('A sign-in is not confirmed if the store does not answer', async () => {
    expect(await introduceShop(silentStore, SHOP)).toBe(false);
  });

  test('A lost day counts as used up until midnight, and no longer', async () => {
    const ledger = await withCalls(91);
    const today = dayIn('Asia/Shanghai')(NOON);
    const usedAt = (at: number) => {
      store.loseKeys(isMark);
      clock.advance(at - clock.now());
      return ledger.used(SHOP, today);
    };
    // The store is read twice, half a second apart.
    expect([await usedAt(today.end - 1000), await usedAt(today.end - 500)]).toEqual([200, 0]);
  });

  test('The slots of a day are kept for one day after its end, and no longer', async () => {
    const { id } = (await (await withCalls(0)).claimMany(1))[0] ?? {};
    expect(id).toBeDefined();
    clock.advance(12 * HOUR + 23 * HOUR);
    expect(await store.get(`slots:${SHOP}:2026-11-21:1`)).toBe(id);
    clock.advance(HOUR);
    expect(await store.get(`slots:${SHOP}:2026-11-21:1`)).toBeNull();
  });

  test('An earlier attempt of another day says nothing about the slots of today', async () => {
    const ledger = await withCalls(2);
    const claim = await ledger.claim(SHOP, 'interactive', { id: '2026-11-20/1-abc' });
    expect(claim).toMatchObject({ slot: 3, id: expect.stringMatching(/^2026-11-21\//) });
  });

  test('A claim whose answer never came keeps its id for the next attempt', async () => {
    const ledger = await withCalls(0);
    const { id } = (await ledger.claimMany(1))[0] ?? {};
    const silent = openLedger({
      sharing: { clock, store: { ...silentStore, claim: silentStore.get as never } },
    });
    expect(await silent.claim(SHOP, 'interactive', { id })).toEqual({
      granted: false,
      reason: 'store_unavailable',
      id,
    });
  });

  test('A lost marker is written again by the next claim', async () => {
    const ledger = await withCalls(91);
    store.loseKeys((key) => key === MARKER);
    await ledger.claimMany(1);
    expect(await store.get(MARKER)).toBe('2026-11-21');
  });

  test('A shop that was connected today begins a card although the store does not know it', async () => {
    expect(slotsOf(await open(NOON - HOUR).claimMany(1))).toEqual([1]);
  });

  test.each([
    ['on another day', NOON - DAY],
    ['at a time that is not known', undefined],
  ])(
    'A shop that was connected %s and that the store does not know gets no call',
    async (_when, connectedAt) => {
      expect(await open(connectedAt).claim(SHOP, 'interactive')).toMatchObject(forgotten);
    },
  );

  test('A shop that sign-in has introduced begins a card, whenever it was connected', async () => {
    await introduceShop(store, SHOP);
    expect(slotsOf(await open(NOON - DAY).claimMany(1))).toEqual([1]);
  });

  test('A second sign-in on the same day does not begin the card again', async () => {
    const ledger = await withCalls(91);
    store.loseKeys(isMark);
    await introduceShop(store, SHOP);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject(forgotten);
  });

  test('A shop begins a card after 44 days without a call, and not after 46', async () => {
    const ledger = await withCalls(1);
    clock.advance(44 * DAY);
    expect(slotsOf(await ledger.claimMany(1))).toEqual([1]);
    clock.advance(46 * DAY);
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ reason: 'store_forgot' });
  });

  test('Counting the calls of a shop that was never introduced does not introduce it', async () => {
    await open(undefined).used(SHOP);
    expect(await store.get(MARKER)).toBeNull();
  });

  test('A shop that only counts its calls stays known', async () => {
    const ledger = await withCalls(1);
    for (let weeks = 0; weeks < 10; weeks += 1) {
      clock.advance(7 * DAY);
      expect(await ledger.used(SHOP)).toBe(0);
    }
    expect(slotsOf(await ledger.claimMany(1))).toEqual([1]);
  });
});

describe('Claims in one round trip', () => {
  const open = () => {
    const clock = fixedClock(NOON);
    const store = forgetfulStore({ clock, claimsAtOnce: true });
    return { clock, store, ledger: openLedger({ sharing: { clock, store } }) };
  };
  const gated = { isGated: true };

  test('A gated claim is refused while the calls of the shop are paused', async () => {
    const { clock, store, ledger } = open();
    const until = NOON + HOUR;
    await createBreaker(store, clock).trip(SHOP, { limit: 'address', until, isStated: true });
    expect(await ledger.claim(SHOP, 'interactive', gated)).toMatchObject({ reason: 'paused', until });
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({ granted: true });
  });

  test('A gated claim waits until its request may be sent', async () => {
    const { clock, ledger } = open();
    const sent = [];
    for (let n = 0; n < 3; n += 1) {
      const claim = await ledger.claim(SHOP, 'interactive', gated);
      sent.push([claim.granted && claim.at, clock.now()]);
    }
    expect(sent).toEqual([NOON, NOON + 300, NOON + 600].map((at) => [at, at]));
  });

  test('A clock that is set back by an hour while the store answers delays no claim by an hour', async () => {
    const { clock, store } = open();
    const settingBack = async (...request: Parameters<NonNullable<typeof store.claim>>) => {
      const answer = await store.claim?.(...request);
      clock.advance(-HOUR);
      return answer ?? Promise.reject(new Error('no claims'));
    };
    const ledger = openLedger({ sharing: { clock, store: { ...store, claim: settingBack } } });
    expect(await ledger.claim(SHOP, 'interactive', gated)).toMatchObject({ granted: true });
    expect(clock.now()).toBeLessThan(NOON - HOUR + 10 * SECOND);
  });

  test('A claim whose two answers are lost has an id under which it is granted later', async () => {
    const { clock, store, ledger } = open();
    const mute = async (...request: Parameters<NonNullable<typeof store.claim>>) => {
      await store.claim?.(...request);
      throw new Error('the answer was lost');
    };
    const deaf = openLedger({ sharing: { clock, store: { ...store, claim: mute } }, seed: 2 });
    const lost = await deaf.claim(SHOP, 'interactive');
    expect(lost).toEqual({ granted: false, reason: 'store_unavailable', id: expect.any(String) });
    await ledger.claimMany(2);
    expect(await ledger.claim(SHOP, 'interactive', { id: lost.id })).toMatchObject({ slot: 1 });
    expect(await ledger.used(SHOP)).toBe(3);
  });
});

describe('Claims in one round trip just before midnight', () => {
  test('A call that cannot be sent before midnight is claimed on the next day', async () => {
    const midnight = Date.parse('2026-11-21T16:00:00Z');
    const clock = fixedClock(midnight - 400);
    const store = forgetfulStore({ clock, claimsAtOnce: true });
    const claim = (seed: number) =>
      openLedger({ sharing: { clock: fixedClock(clock.now()), store }, seed }).claim(SHOP, 'interactive', {
        isGated: true,
      });
    const claims = [await claim(1), await claim(2), await claim(3)];
    expect(claims).toMatchObject([
      { slot: 1, at: midnight - 400 },
      { slot: 2, at: midnight - 300 },
      { slot: 1, at: midnight },
    ]);
  });

  describe('33 calls at the same moment', () => {
    let seeds = 0;
    const claimAt = (store: ForgetfulStore, now: number) => {
      seeds += 1;
      return openLedger({ sharing: { clock: fixedClock(now), store }, seed: seeds });
    };
    let clock: FixedClock;
    let store: ForgetfulStore;
    beforeEach(async () => {
      clock = fixedClock(NOON);
      store = forgetfulStore({ clock, claimsAtOnce: true });
      for (let n = 0; n < 33; n += 1)
        await claimAt(store, NOON).claim(SHOP, 'interactive', { isGated: true });
    });

    test('A call is refused, and not counted, if all moments of the next ten seconds are taken', async () => {
      const ledger = claimAt(store, NOON);
      expect(await ledger.claim(SHOP, 'interactive', { isGated: true })).toMatchObject({
        granted: false,
        reason: 'store_unavailable',
      });
      expect(await ledger.used(SHOP)).toBe(33);
    });

    test('A moment that lies ahead stays taken until it has come', async () => {
      clock.advance(6000);
      const claim = await claimAt(store, NOON + 6000).claim(SHOP, 'interactive', { isGated: true });
      expect(claim).toMatchObject({ granted: true, at: NOON + 9900 });
    });
  });
});

describe('Repeated claim by single commands', () => {
  const day = '2026-11-21';
  let clock: FixedClock;
  let store: ForgetfulStore;
  let ledger: OpenLedger;
  beforeEach(() => {
    clock = fixedClock(NOON);
    store = forgetfulStore({ clock });
    ledger = openLedger({ sharing: { clock, store } });
  });
  const unavailable = { granted: false, reason: 'store_unavailable' };

  test('An earlier attempt is found below slots that others have taken since', async () => {
    const claims = await ledger.claimMany(9);
    for (const claim of claims)
      expect(await ledger.claim(SHOP, 'interactive', { id: claim.id })).toMatchObject({
        id: claim.id,
        ...claim,
      });
    expect(await ledger.used(SHOP)).toBe(9);
  });

  test('No call is granted if a slot that the earlier attempt may have taken is lost', async () => {
    await ledger.claimMany(9);
    store.loseKeys((key) => key === `slots:${SHOP}:${day}:5`);
    expect(await ledger.claim(SHOP, 'interactive', { id: `${day}/4-abc` })).toMatchObject(unavailable);
    expect(await ledger.claim(SHOP, 'interactive', { id: `${day}/6-abc` })).toMatchObject({ slot: 10 });
  });

  test('An earlier attempt is found although another slot is lost', async () => {
    const claims = await ledger.claimMany(9);
    const id = `${day}/4-abc`;
    await store.set(`slots:${SHOP}:${day}:7`, id, 60);
    store.loseKeys((key) => key === `slots:${SHOP}:${day}:5`);
    expect(claims).toHaveLength(9);
    expect(await ledger.claim(SHOP, 'interactive', { id })).toMatchObject({ slot: 7, id });
  });

  test('A slot that the store did not write is not granted', async () => {
    const add = async (key: string, ...rest: [string, number]) => {
      if (isSlot(key)) throw new Error('no answer');
      return store.add(key, ...rest);
    };
    const failing = openLedger({ sharing: { clock, store: { ...store, add } } });
    expect(await failing.claim(SHOP, 'interactive')).toMatchObject(unavailable);
  });
});

describe('Requests of a claim by single commands', () => {
  const requestsOf = async (calls: number, limit = 200) => {
    const clock = fixedClock(NOON);
    const store = forgetfulStore({ clock });
    const requests: string[] = [];
    const logged: Store = {
      ...store,
      get: (key) => {
        requests.push(`get ${key}`);
        return store.get(key);
      },
      set: (key, ...rest) => {
        requests.push(`set ${key}`);
        return store.set(key, ...rest);
      },
      add: (key, ...rest) => {
        requests.push(`add ${key}`);
        return store.add(key, ...rest);
      },
    };
    const connectedAt = calls > 0 ? NOON : undefined;
    const ledger = openLedger({ sharing: { clock, store: logged }, limit, connectedAt });
    await ledger.claimMany(calls);
    requests.length = 0;
    return { ledger, requests };
  };
  const card = `slots:${SHOP}:2026-11-21`;
  const marks = ['used', 'used:2', 'used:3'].map((mark) => `${card}:${mark}`);
  const reads = [`${card}:closed`, MARKER, ...marks].map((key) => `get ${key}`);

  test('A claim of a begun card reads the card once, and writes its slot and the marks', async () => {
    const { ledger, requests } = await requestsOf(4);
    await ledger.claimMany(1);
    expect(requests).toEqual([...reads, `add ${card}:5`, ...marks.map((key) => `set ${key}`)]);
  });

  test('A claim of a used-up card writes nothing', async () => {
    const { ledger, requests } = await requestsOf(4, 4);
    await ledger.claimMany(1);
    expect(requests).toEqual(reads);
  });

  test('Counting the calls of a begun card writes nothing', async () => {
    const { ledger, requests } = await requestsOf(4);
    await ledger.used(SHOP);
    expect(requests).toEqual(reads);
  });

  test('Counting the calls of a shop that the store does not know writes nothing', async () => {
    const { ledger, requests } = await requestsOf(0);
    await ledger.used(SHOP);
    expect(new Set(requests)).toEqual(new Set(reads));
  });
});

describe('Beginning of a card by single commands', () => {
  test('A card whose marks appear half a second after its marker is not lost', async () => {
    const clock = fixedClock(NOON);
    const store = forgetfulStore({ clock });
    await openLedger({ sharing: { clock, store } }).claimMany(1);
    const get = async (key: string) => (isMark(key) && clock.now() < NOON + 500 ? null : store.get(key));
    const late = openLedger({ sharing: { clock, store: { ...store, get } }, seed: 2 });
    expect(await late.claim(SHOP, 'interactive')).toMatchObject({ slot: 2, at: NOON + 500 });
    expect(clock.now()).toBe(NOON + 500);
  });

  test('Callers that begin a card at the same moment are all granted a call', async () => {
    const clock = fixedClock(NOON);
    const store = forgetfulStore({ clock });
    await introduceShop(store, SHOP);
    const ledgers = Array.from({ length: 20 }, (_, n) =>
      openLedger({ sharing: { clock, store }, seed: n + 1, connectedAt: undefined }),
    );
    const claims = await Promise.all(ledgers.map((ledger) => ledger.claim(SHOP, 'interactive')));
    expect(slotsOf(claims).sort((a, b) => a - b)).toEqual(upTo(1, 20));
  });

  test('No call is granted if the marker of the day cannot be written', async () => {
    const clock = fixedClock(NOON);
    const store = forgetfulStore({ clock });
    const set = async (key: string, value: string, ttl: number) =>
      key !== MARKER && store.set(key, value, ttl);
    const ledger = openLedger({ sharing: { clock, store: { ...store, set } }, connectedAt: NOON });
    expect(await ledger.claim(SHOP, 'interactive')).toMatchObject({
      granted: false,
      reason: 'store_unavailable',
    });
  });
});
