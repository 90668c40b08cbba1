import { serverTime } from '../../lib/aliexpress/server-time.ts';
import { workflowDigest } from '../../lib/engine/own-mark.ts';
import { type Poll, pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { sampleTrigger } from '../../lib/engine/sample-trigger.ts';
import { emptyProcessMemo, type Shop } from '../../lib/engine/shop.ts';
import { setMark } from '../../lib/engine/start-mark.ts';
import { beginStep } from '../../lib/engine/step.ts';
import { readFeedStatus, writeFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import { reportSkipped, skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { createOrdersFeed } from '../../lib/feeds/orders.ts';
import { TransportFailure } from '../../lib/http/transport.ts';
import { fail } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import type { Store } from '../../lib/stores/store.ts';
import accountAlert from '../../triggers/account-alert.ts';
import newOrder from '../../triggers/new-order.ts';
import { silentStore } from '../support/failing-stores.ts';
import { problemLike } from '../support/problem-like.ts';
import { openShopServices, type ShopOptions } from '../support/shop-services.ts';

const SELLER = '2201234567890';
const MARK_KEY = `mark:1:${SELLER}:${workflowDigest('7')}`;

/** @param isConfirmed an answer has measured the offset lately */
function knowOffset(shop: Shop, offset: number | undefined, isConfirmed = offset !== undefined): void {
  shop.clockOffset = () => offset;
  shop.isClockConfirmed = () => isConfirmed;
}

function openWorkflow(options: ShopOptions = {}) {
  const services = openShopServices(options);
  const shop: Shop = { ...services, memo: emptyProcessMemo() };
  const poll = async (purpose: Poll['purpose'] = 'poll', more: Partial<Poll> = {}) => {
    const events = await pollTrigger(newOrder, shop, { inputs: {}, workflow: '7', purpose, ...more });
    return events.map(({ id }) => id);
  };
  /** Polls after some time, in a process that knows nothing. */
  const pollLater = async (ms = 30 * MINUTE) => {
    services.clock.advance(ms);
    shop.memo = emptyProcessMemo();
    return poll();
  };
  const place = (prefix: string) => {
    services.clock.advance(MINUTE);
    return services.putOrders(1, services.clock.now(), prefix);
  };
  const loseSnapshot = async () => {
    const head = Math.floor(services.clock.now() / DAY) * 10_000;
    for (const suffix of ['', ':again', ...Array.from({ length: 200 }, (_, n) => `:${head + n}`)])
      await services.innerStore.delete(`snap1:${SELLER}:orders${suffix}`);
  };
  return { services, shop, poll, pollLater, place, loseSnapshot };
}

/** The feed is there, because another workflow reads it. */
const readFeed = (shop: Shop) => createOrdersFeed(shop).read('interactive');

describe('Start mark of a workflow that is turned on', () => {
  test('What was there before is never told, and what comes later is', async () => {
    const { services, poll, pollLater, place } = openWorkflow();
    place('1');
    services.clock.advance(SECOND);
    await poll('turn_on');
    const [later] = place('2');
    expect(await pollLater()).toEqual([later]);
  });

  test('A workflow that was off and is turned on again is told nothing of the time between', async () => {
    const { services, poll, pollLater, place } = openWorkflow();
    await poll('turn_on');
    services.clock.advance(2 * DAY);
    place('1');
    services.clock.advance(HOUR);
    await poll('turn_on');
    const [later] = place('2');
    expect(await pollLater()).toEqual([later]);
  });

  test('A poll that shows samples does not move the mark', async () => {
    const { shop, poll, pollLater, place } = openWorkflow();
    await poll('turn_on');
    const [order] = place('1');
    await sampleTrigger(newOrder, shop, {});
    expect(await pollLater()).toEqual([order]);
  });

  test('A workflow is turned on although no call is left', async () => {
    const { services, poll, pollLater, place } = openWorkflow();
    await services.budget.spend('interactive');
    await services.budget.limitReached(services.clock.now());
    place('1');
    expect(await poll('turn_on')).toStrictEqual([]);
    services.clock.advance(15 * HOUR);
    const [later] = place('2');
    expect(await pollLater()).toEqual([later]);
  });

  test.each(['mark:1:', 'snap1:'])('A store that declines the key %s keeps it from being on', async (key) => {
    let declines = false;
    const { shop, poll } = openWorkflow({
      through: (store) => ({
        ...store,
        set: async (...request) => !(declines && request[0].startsWith(key)) && store.set(...request),
        add: async (...request) => !(declines && request[0].startsWith(key)) && store.add(...request),
      }),
    });
    await readFeed(shop);
    declines = true;
    await expect(poll('turn_on')).rejects.toEqual(problemLike('start_not_saved'));
  });

  test('Workflows that the platform does not name are told apart by trigger and inputs', async () => {
    const { shop, poll, pollLater, place } = openWorkflow();
    const unnamed = (min_amount: string, purpose: Poll['purpose']) =>
      pollTrigger(newOrder, shop, { inputs: { min_amount }, purpose });
    await unnamed('1', 'turn_on');
    const [order] = place('1');
    await poll('turn_on');
    await pollLater();
    expect((await unnamed('1', 'poll')).map(({ id }) => id)).toEqual([order]);
    expect(await unnamed('2', 'poll')).toStrictEqual([]);
  });
});

describe('Start mark of a step that takes long', () => {
  /** A workflow whose next command of the store on such a key happens after `then`. */
  const openSlow = () => {
    let next: { key: string; then: () => void } | undefined;
    const beforeCommand = (key: string) => {
      if (!next || !key.startsWith(next.key)) return;
      const { then } = next;
      next = undefined;
      then();
    };
    const workflow = openWorkflow({
      through: (store) => ({
        ...store,
        get: async (key) => {
          beforeCommand(key);
          return store.get(key);
        },
        delete: async (key) => {
          beforeCommand(key);
          return store.delete(key);
        },
      }),
    });
    const delay = (key: string, then: () => void) => {
      next = { key, then };
    };
    return { ...workflow, delay };
  };

  test('A frozen step that goes on an hour after it was to turn on a workflow does not', async () => {
    const { services, poll, pollLater, place, delay } = openSlow();
    await poll('turn_on');
    const [order] = place('1');
    delay('snap1:', () => services.clock.advance(HOUR));
    await expect(poll('turn_on')).rejects.toEqual(problemLike('start_not_saved'));
    expect(await pollLater()).toEqual([order]);
  });

  test('A host that waits for the end of a step turns on a workflow however long that takes', async () => {
    const { services, poll, place, delay } = openSlow();
    place('1');
    services.clock.advance(SECOND);
    delay('snap1:', () => services.clock.advance(2 * MINUTE));
    await poll('turn_on', { hostKeepsEvents: true });
    const [later] = place('2');
    services.clock.advance(30 * MINUTE);
    expect(await poll('poll', { hostKeepsEvents: true })).toEqual([later]);
  });

  test('What comes while a workflow is being turned on, and was not returned, is told', async () => {
    const { services, poll, pollLater, delay } = openSlow();
    let order: string | undefined;
    delay('lease:', () => {
      services.clock.advance(5 * SECOND);
      [order] = services.putOrders(1, services.clock.now(), '1');
      services.clock.advance(5 * SECOND);
    });
    expect(await poll('turn_on')).toStrictEqual([]);
    expect(await pollLater()).toEqual([order]);
  });

  test('Events of a poll that ends too late are returned at three more polls', async () => {
    const { services, poll, place, delay } = openSlow();
    await poll('turn_on');
    const [order] = place('1');
    services.clock.advance(30 * MINUTE);
    const polls: (string | undefined)[][] = [];
    for (let n = 0; n < 6; n += 1) {
      if (n < 2) delay('returned:1:', () => services.clock.advance(30 * SECOND));
      polls.push(await poll());
    }
    expect(polls).toEqual([[order], [order], [order], [order], [order], []]);
  });
});

describe('Copies of a workflow that the platform does not name', () => {
  const openCopies = (options: ShopOptions = {}) => {
    const { services, shop, place } = openWorkflow({ limit: 5000, ...options });
    const step = async (purpose: Poll['purpose']) => {
      shop.memo = emptyProcessMemo();
      const events = await pollTrigger(newOrder, shop, { inputs: {}, purpose });
      return events.map(({ id }) => id);
    };
    const pollAfter = (ms: number) => {
      services.clock.advance(ms);
      return step('poll');
    };
    return { services, place, turnOn: () => step('turn_on'), pollAfter };
  };

  test('A copy that is turned on while another one polls does not take its events', async () => {
    const { services, place, turnOn, pollAfter } = openCopies();
    await turnOn();
    for (let n = 0; n < 8; n += 1) await pollAfter(15 * MINUTE);
    const [order] = place('1');
    services.clock.advance(MINUTE);
    await turnOn();
    expect(await pollAfter(15 * MINUTE)).toEqual([order]);
  });

  test('A copy that polls every 15 minutes still counts as on 45 minutes after its row was written', async () => {
    const { services, place, turnOn, pollAfter } = openCopies();
    await turnOn();
    for (const ms of [15 * MINUTE, 15 * MINUTE - SECOND]) await pollAfter(ms);
    const [order] = place('1');
    services.clock.advance(14 * MINUTE);
    await turnOn();
    expect(await pollAfter(MINUTE)).toEqual([order]);
  });

  test('A copy waits for another reader of the feed when it is turned on', async () => {
    const { services, turnOn } = openCopies();
    await turnOn();
    await services.innerStore.set(`lease:${SELLER}:orders`, 'another', 3);
    await expect(turnOn()).resolves.toStrictEqual([]);
  });

  test('A copy is not turned on if the store does not take its row', async () => {
    let declines = false;
    const { turnOn } = openCopies({
      through: (store) => ({
        ...store,
        set: async (...request) => !(declines && request[0].startsWith('snap1:')) && store.set(...request),
        add: async (...request) => !(declines && request[0].startsWith('snap1:')) && store.add(...request),
      }),
    });
    await turnOn();
    declines = true;
    await expect(turnOn()).rejects.toEqual(problemLike('start_not_saved'));
  });

  test('A workflow that was off for an hour is announced nothing of the time between', async () => {
    const { services, place, turnOn, pollAfter } = openCopies();
    await turnOn();
    for (let n = 0; n < 8; n += 1) await pollAfter(15 * MINUTE);
    services.clock.advance(HOUR);
    place('1');
    services.clock.advance(MINUTE);
    await turnOn();
    const [later] = place('2');
    expect(await pollAfter(15 * MINUTE)).toEqual([later]);
  });

  test('Each of four copies gets each event, also of a backlog that takes several polls', async () => {
    const { services, turnOn, pollAfter } = openCopies();
    for (let copy = 0; copy < 4; copy += 1) await turnOn();
    const orders = new Set<string>();
    for (let n = 0; n < 4; n += 1) {
      services.clock.advance(MINUTE);
      for (const id of services.putOrders(40, services.clock.now(), `9${n}`)) orders.add(id);
    }
    const given = Array.from({ length: 4 }, () => new Set<string>());
    for (let n = 0; n < 120; n += 1) for (const id of await pollAfter(4 * MINUTE)) given[n % 4]?.add(id);
    expect(given.map((ids) => [...orders].filter((id) => !ids.has(id)).length)).toEqual([0, 0, 0, 0]);
  });
});

describe('Start mark that a late step would move back', () => {
  /** A workflow whose next write of its own mark, or of its row, happens after `then`. */
  const openFrozen = (prefix: string) => {
    let next: (() => Promise<unknown>) | undefined;
    const late =
      <A extends [string, ...unknown[]]>(command: (...request: A) => Promise<boolean>) =>
      async (...request: A) => {
        const then = next;
        if (then && request[0].startsWith(prefix)) {
          next = undefined;
          await then();
        }
        return command(...request);
      };
    const workflow = openWorkflow({
      through: (store) => ({ ...store, set: late(store.set), add: late(store.add) }),
    });
    const freeze = (then: () => Promise<unknown>) => {
      next = then;
    };
    return { ...workflow, freeze };
  };

  test.each(['mark:', 'lease:'])(
    'A poll that was frozen before it writes %s keeps the mark of a workflow that was turned on again',
    async (prefix) => {
      const { services, shop, poll, place, freeze, loseSnapshot } = openFrozen(prefix);
      await poll('turn_on');
      services.clock.advance(13 * HOUR);
      shop.memo = emptyProcessMemo();
      const again = async () => {
        place('1');
        services.clock.advance(HOUR);
        await poll('turn_on');
      };
      freeze(again);
      await poll();
      await loseSnapshot();
      const [later] = place('2');
      shop.memo = emptyProcessMemo();
      services.clock.advance(30 * MINUTE);
      expect(await poll()).toEqual([later]);
    },
  );

  test('A host whose clock is a day behind does not move the mark of a workflow back', async () => {
    const { services, shop, poll, place, pollLater } = openWorkflow();
    await poll('turn_on');
    services.clock.advance(2 * HOUR);
    await poll();
    services.clock.advance(MINUTE);
    place('1');
    await pollLater(2 * HOUR);
    // The feed knows an order that was placed before the workflow is turned on again.
    const right = services.clock.now;
    shop.clock = { ...services.clock, now: () => right() - DAY };
    shop.memo = emptyProcessMemo('another host');
    knowOffset(shop, undefined);
    services.onPay = () => fail('budget_used_up', { limit: 200, resetsAt: 0, now: 0, zone: 'Asia/Shanghai' });
    await poll('turn_on');
    services.onPay = () => {};
    shop.clock = services.clock;
    knowOffset(shop, 0);
    const [later] = place('2');
    expect(await pollLater()).toEqual([later]);
  });
});

describe('Start mark of a workflow of alerts, which are stored by nobody else', () => {
  const KEY = `mark:1:${SELLER}:${workflowDigest('8')}`;
  const openAlerts = (options: ShopOptions = {}) => {
    const services = openShopServices(options);
    const shop = { ...services, memo: emptyProcessMemo() };
    const poll = (purpose: Poll['purpose'] = 'poll') =>
      pollTrigger(accountAlert, shop, { inputs: {}, workflow: '8', purpose });
    const skip = () => reportSkipped(shop, { from: services.clock.now() - HOUR, to: services.clock.now() });
    return { services, shop, poll, skip };
  };

  test('Either of its two keys is enough', async () => {
    const { services, poll, skip } = openAlerts();
    await skip();
    services.clock.advance(HOUR);
    await poll('turn_on');
    await services.innerStore.delete(KEY);
    services.clock.advance(HOUR);
    expect(await poll()).toStrictEqual([]);
    await skip();
    expect(await poll()).toHaveLength(1);
  });

  test('It is turned on also if the platform does not name it', async () => {
    const { shop, skip } = openAlerts();
    const step = (purpose: Poll['purpose']) => pollTrigger(accountAlert, shop, { inputs: {}, purpose });
    await skip();
    shop.clock.advance(HOUR);
    await step('turn_on');
    await skip();
    expect(await step('poll')).toHaveLength(1);
  });

  test('If both keys are lost, the alerts of the last day are announced, and no alert says so', async () => {
    const { services, poll, skip } = openAlerts();
    await poll('turn_on');
    await skip();
    services.clock.advance(DAY + HOUR);
    await skip();
    services.clock.advance(HOUR);
    for (const key of [KEY, `${KEY}:again`]) await services.innerStore.delete(key);
    expect(await poll()).toHaveLength(1);
    expect(await skippedSpans(services)).toHaveLength(2);
  });

  test('It does not expire while its workflow polls', async () => {
    const { services, shop, poll, skip } = openAlerts();
    await poll('turn_on');
    await skip();
    for (let day = 1; day <= 50; day += 1) {
      services.clock.advance(DAY);
      shop.memo = emptyProcessMemo();
      await poll();
    }
    expect(await services.innerStore.get(KEY)).not.toBeNull();
    await skip();
    services.clock.advance(DAY + HOUR);
    shop.memo = emptyProcessMemo();
    expect(await poll()).toHaveLength(1);
  });

  test('It is written again after twelve hours, and not more often', async () => {
    let written = 0;
    const { services, poll } = openAlerts({
      through: (store) => ({
        ...store,
        set: (...request) => {
          if (request[0] === `${KEY}:again`) written += 1;
          return store.set(...request);
        },
      }),
    });
    await poll('turn_on');
    const counts = [];
    for (let n = 1; n <= 8; n += 1) {
      services.clock.advance(4 * HOUR);
      await poll();
      counts.push(written);
    }
    expect(counts).toEqual([1, 1, 2, 2, 2, 3, 3, 3]);
  });

  test.each(['', ':again'])(
    'It is not turned on if the store does not take %j of its keys',
    async (ending) => {
      const declined = (key: string) => key === `${KEY}${ending}`;
      for (const answer of [async () => false, silentStore.set]) {
        const { poll } = openAlerts({
          through: (store) => ({
            ...store,
            set: (...request) => (declined(request[0]) ? answer(...request) : store.set(...request)),
          }),
        });
        await expect(poll('turn_on')).rejects.toEqual(problemLike('start_not_saved'));
      }
    },
  );
});

describe('Keeping of a start mark', () => {
  const LEASE = `lease:${SELLER}:orders`;

  test('A workflow that is turned on waits for another reader of the feed', async () => {
    const { services, shop, poll, pollLater, place } = openWorkflow();
    await readFeed(shop);
    await services.innerStore.set(LEASE, 'another', 3);
    await poll('turn_on');
    const [order] = place('1');
    expect(await pollLater()).toEqual([order]);
  });

  test.each([
    [
      'is known from its own key alone',
      async (store: Store, mark: number) => store.set(MARK_KEY, String(mark), 3600),
    ],
    ['is not known', async () => true],
  ])('A poll whose mark %s does not wait for another reader of the feed', async (_, prepare) => {
    const { services, shop, poll } = openWorkflow();
    await readFeed(shop);
    await services.innerStore.set(LEASE, 'another', 60);
    await prepare(services.innerStore, services.clock.now());
    const before = services.clock.now();
    await poll();
    expect(services.clock.now() - before).toBeLessThan(SECOND);
  });

  test('A workflow that polls writes its mark again after twelve hours, and not more often', async () => {
    const SECOND_KEY = `${MARK_KEY}:again`;
    let written = 0;
    const { pollLater, poll } = openWorkflow({
      through: (store) => ({
        ...store,
        set: (...request) => {
          if (request[0] === SECOND_KEY) written += 1;
          return store.set(...request);
        },
      }),
    });
    await poll('turn_on');
    const counts = [];
    for (let n = 1; n <= 8; n += 1) {
      await pollLater(4 * HOUR);
      counts.push(written);
    }
    expect(counts).toEqual([1, 1, 2, 2, 2, 3, 3, 3]);
  });

  test('The mark of a workflow that no longer polls is kept for 45 days', async () => {
    const { services, poll } = openWorkflow();
    await poll('turn_on');
    services.clock.advance(45 * DAY - HOUR);
    expect(await services.innerStore.get(MARK_KEY)).not.toBeNull();
    services.clock.advance(2 * HOUR);
    expect(await services.innerStore.get(MARK_KEY)).toBeNull();
  });

  test('A poll that makes no visit writes nothing', async () => {
    const written: string[] = [];
    const { poll } = openWorkflow({
      through: (store) => ({
        ...store,
        set: (...request) => {
          written.push(request[0]);
          return store.set(...request);
        },
        add: (...request) => {
          written.push(request[0]);
          return store.add(...request);
        },
      }),
    });
    await poll('turn_on');
    await poll();
    written.length = 0;
    await poll();
    expect(written).toStrictEqual([]);
  });
});

describe('Start mark that cannot be read', () => {
  test('A workflow whose mark cannot be read is told nothing, and no alert says so', async () => {
    let isSilent = false;
    const { services, pollLater, place } = openWorkflow({
      through: (store) => ({
        ...store,
        get: (key) => (isSilent && key.startsWith('mark:') ? silentStore.get(key) : store.get(key)),
      }),
    });
    place('1');
    isSilent = true;
    expect(await pollLater()).toStrictEqual([]);
    expect(await skippedSpans(services)).toStrictEqual([]);
  });

  test('A workflow whose feed cannot be read is not taken for one that has lost its mark', async () => {
    let isSilent = false;
    const { services, shop, pollLater } = openWorkflow({
      through: (store) => ({
        ...store,
        get: (key) => (isSilent && key.startsWith('snap1:') ? silentStore.get(key) : store.get(key)),
      }),
    });
    await readFeed(shop);
    isSilent = true;
    expect(await pollLater()).toStrictEqual([]);
    expect(await skippedSpans(services)).toStrictEqual([]);
    expect(await services.innerStore.get(MARK_KEY)).toBeNull();
  });
});

describe('Loss of a start mark', () => {
  const turnedOn = async () => {
    const workflow = openWorkflow();
    await workflow.poll('turn_on');
    const loseKeys = async () => {
      for (const key of [MARK_KEY, `${MARK_KEY}:again`]) await workflow.services.innerStore.delete(key);
    };
    return { ...workflow, loseKeys };
  };

  test('A workflow whose own keys are lost keeps its mark', async () => {
    const { services, pollLater, place, loseKeys } = await turnedOn();
    const [order] = place('1');
    await loseKeys();
    expect(await pollLater()).toEqual([order]);
    expect(await skippedSpans(services)).toStrictEqual([]);
  });

  test.each([
    ['before anything is returned', 30 * MINUTE],
    ['after half a day', 13 * HOUR],
  ])('A later mark under its own key replaces the one of an earlier head %s', async (_, ms) => {
    const { services, pollLater, place } = await turnedOn();
    place('1');
    // The workflow was turned off and on, and the head that knew it was lost.
    await services.innerStore.set(MARK_KEY, String(services.clock.now() + MINUTE), (2 * DAY) / SECOND);
    expect(await pollLater(ms)).toStrictEqual([]);
    await services.innerStore.delete(MARK_KEY);
    const [order] = place('2');
    expect(await pollLater()).toEqual([order]);
  });

  test('A workflow whose snapshot and first key are lost keeps its mark', async () => {
    const { services, pollLater, place, loseSnapshot, loseKeys } = await turnedOn();
    const [order] = place('1');
    await loseSnapshot();
    await services.innerStore.delete(MARK_KEY);
    expect(await pollLater()).toEqual([order]);
    expect(await skippedSpans(services)).toStrictEqual([]);
    await loseKeys();
    expect(await pollLater()).toEqual([order]);
  });

  test('If both are lost, an alert says so, and what enters later is told', async () => {
    const { services, pollLater, place, loseSnapshot, loseKeys, shop } = await turnedOn();
    place('1');
    await pollTrigger(accountAlert, shop, { inputs: {}, workflow: '8', purpose: 'turn_on' });
    await loseSnapshot();
    await loseKeys();
    await pollLater();
    const [span] = await skippedSpans(services);
    // The feed is forgotten too.
    expect(span).toMatchObject({ workflow: workflowDigest('7'), to: (span?.from ?? 0) + 45 * DAY });
    const [later] = place('2');
    expect(await pollLater()).toEqual([later]);
    const alerts = await pollTrigger(accountAlert, shop, { inputs: {}, workflow: '8', purpose: 'poll' });
    expect(alerts).toMatchObject([{ alert_type: 'events_skipped', due_at: null }]);
    expect(alerts[0]?.title).toMatch(/^Events from .* to .* were not announced$/);
  });

  test.each([
    { lately: 'began', days: 45, readFor: 0 },
    { lately: 'was read for eight days', days: 7, readFor: 8 },
  ])('Where the feed $lately, the alert names $days days', async ({ days, readFor }) => {
    const { services, poll, pollLater, loseSnapshot, loseKeys } = await turnedOn();
    await loseSnapshot();
    await poll('turn_on', { workflow: '8' });
    for (let day = 0; day < readFor; day += 1) {
      services.clock.advance(DAY);
      await poll('poll', { workflow: '8' });
    }
    await loseKeys();
    await pollLater();
    const [span] = await skippedSpans(services);
    expect(span).toMatchObject({ workflow: workflowDigest('7'), to: (span?.from ?? 0) + days * DAY });
  });

  test('An alert of a lost mark that the store declines is raised at the next poll', async () => {
    let declines = false;
    const { services, poll, pollLater, loseSnapshot } = openWorkflow({
      through: (store) => ({
        ...store,
        set: async (...request) => !(declines && request[0].startsWith('skipped:')) && store.set(...request),
      }),
    });
    await poll('turn_on');
    await loseSnapshot();
    for (const key of [MARK_KEY, `${MARK_KEY}:again`]) await services.innerStore.delete(key);
    declines = true;
    await pollLater();
    declines = false;
    await pollLater();
    expect(await skippedSpans(services)).toMatchObject([{ workflow: workflowDigest('7') }]);
  });

  test('An alert of a lost mark that is lost before the mark is written is raised again', async () => {
    let isLost = false;
    const { services, poll, pollLater, loseSnapshot } = openWorkflow({
      through: (store) => ({
        ...store,
        set: async (...request) => {
          const isStored = await store.set(...request);
          if (isLost && request[0].startsWith('skipped:')) await store.delete(request[0]);
          isLost &&= !request[0].startsWith('skipped:');
          return isStored;
        },
      }),
    });
    await poll('turn_on');
    await loseSnapshot();
    for (const key of [MARK_KEY, `${MARK_KEY}:again`]) await services.innerStore.delete(key);
    isLost = true;
    await pollLater();
    expect(isLost).toBe(false);
    expect(await skippedSpans(services)).toMatchObject([{ workflow: workflowDigest('7') }]);
  });

  test('If only the row and the keys of one workflow are lost, its events since the last visit are told', async () => {
    const { services, shop, poll, pollLater, place, loseKeys } = await turnedOn();
    place('1');
    await pollLater();
    const [later] = place('2');
    await loseKeys();
    services.clock.advance(30 * MINUTE);
    shop.memo = emptyProcessMemo();
    const other = { inputs: {}, workflow: '9' };
    const events = await pollTrigger(newOrder, shop, { ...other, purpose: 'poll' });
    expect(events.map(({ id }) => id)).toEqual([later]);
    expect(await poll()).toContain(later);
  });

  test('A mark does not expire while its workflow polls', async () => {
    const { services, pollLater, place } = await turnedOn();
    for (let day = 0; day < 60; day += 3) await pollLater(3 * DAY);
    const [order] = place('1');
    expect(await pollLater()).toEqual([order]);
    expect(await services.innerStore.get(MARK_KEY)).not.toBeNull();
    expect(await skippedSpans(services)).toStrictEqual([]);
  });
});

describe('Workflow that was held while another one polled', () => {
  const EVERY_MS = 6 * HOUR;
  /** Two workflows are turned on, and one is held. Every six hours an order is placed. */
  const heldFor = async (days: number, refusals = 0) => {
    let left = 0;
    const { services, shop, poll, pollLater } = openWorkflow({
      through: (store) => ({
        ...store,
        set: async (...request) => {
          if (!request[0].startsWith('skipped:') || left === 0) return store.set(...request);
          left -= 1;
          return false;
        },
      }),
    });
    await poll('turn_on');
    await poll('turn_on', { workflow: '9' });
    await poll();
    const orders: string[] = [];
    const heldAt = services.clock.now();
    for (let n = 1; n <= days * 4; n += 1) {
      services.clock.advance(EVERY_MS);
      orders.push(...services.putOrders(1, services.clock.now(), String(10 + n)));
      shop.memo = emptyProcessMemo();
      await poll('poll', { workflow: '9' });
    }
    left = refusals;
    const seen = new Set(await pollLater());
    for (let n = 0; n < 20; n += 1) for (const id of await pollLater()) seen.add(id);
    const placedAt = (id: string) => heldAt + (orders.indexOf(id) + 1) * EVERY_MS;
    return { services, orders, announced: orders.filter((id) => seen.has(id)), placedAt };
  };

  test('After four days it is told what it has missed', async () => {
    const { services, orders, announced } = await heldFor(4);
    expect(announced).toEqual(orders);
    expect(await skippedSpans(services)).toStrictEqual([]);
  });

  test('After ten days it is told of the last six and a half, and an alert names what lies before', async () => {
    const { services, orders, announced } = await heldFor(10);
    expect(announced).toEqual(orders.slice(-announced.length));
    expect(announced.length).toBeGreaterThanOrEqual(6.5 * 4);
    expect(await skippedSpans(services)).toMatchObject([{ workflow: workflowDigest('7'), isHeld: true }]);
  });

  test('The alert is raised at a later poll if the store refuses it', async () => {
    const { services } = await heldFor(10, 2);
    expect(await skippedSpans(services)).toMatchObject([{ workflow: workflowDigest('7'), isHeld: true }]);
  });

  test.each([6.25, 7, 7.25, 7.5, 10])('After %f days each order is told or named', async (days) => {
    const { services, orders, announced, placedAt } = await heldFor(days);
    const missed = orders.filter((id) => !announced.includes(id)).map(placedAt);
    const spans = await skippedSpans(services);
    expect(missed.filter((at) => !spans.some(({ from, to }) => from <= at && at <= to))).toStrictEqual([]);
    expect(spans).toHaveLength(Math.min(missed.length, 1));
  });

  test('It is told what the other one was told from a gap in which both were held', async () => {
    const { services, shop, poll, pollLater } = openWorkflow();
    const other = { workflow: '9' };
    await poll('turn_on');
    await poll('turn_on', other);
    await pollLater();
    const orders = [1, 2, 3].flatMap((day) =>
      services.putOrders(1, services.clock.now() + day * DAY, String(day)),
    );
    services.clock.advance(4 * DAY);
    const seen = { '7': new Set(await poll()), '9': new Set<string>() };
    for (let n = 0; n < 2 * 48; n += 1) {
      services.clock.advance(30 * MINUTE);
      shop.memo = emptyProcessMemo();
      for (const id of await poll('poll', other)) seen[9].add(id);
    }
    expect([...seen[9]].sort()).toEqual(orders);
    for (let n = 0; n < 48; n += 1) for (const id of await pollLater()) seen[7].add(id);
    expect([...seen[7]].sort()).toEqual(orders);
    expect(await skippedSpans(services)).toStrictEqual([]);
  });
});

describe('Pause of all workflows for so long that the feed is forgotten', () => {
  const WORKFLOWS = ['7', '8', '9'];
  /** All workflows are turned on and poll for some days, and then none does. Every three hours an order is placed. */
  const pausedFor = async (days: number, onForDays: number, everyMs: number) => {
    const { services, shop, poll } = openWorkflow();
    const startedAt = services.clock.now();
    const seen = new Map(WORKFLOWS.map((id) => [id, new Set<string>()]));
    const orders = new Map<string, number>();
    const placeUntil = (until: number) => {
      for (let at = startedAt + (orders.size + 1) * 3 * HOUR; at <= until; at += 3 * HOUR)
        for (const id of services.putOrders(1, at, String(1000 + orders.size))) orders.set(id, at);
    };
    const pollAll = async (ms: number) => {
      services.clock.advance(ms);
      placeUntil(services.clock.now());
      for (const workflow of WORKFLOWS) {
        shop.memo = emptyProcessMemo();
        for (const id of await poll('poll', { workflow })) seen.get(workflow)?.add(id);
      }
    };
    for (const workflow of WORKFLOWS) {
      await poll('turn_on', { workflow });
      services.clock.advance(2 * HOUR);
    }
    while (services.clock.now() - startedAt < onForDays * DAY) await pollAll(everyMs);
    const pausedAt = services.clock.now();
    await pollAll(days * DAY);
    const resumedAt = services.clock.now();
    for (let n = 0; n < 36; n += 1) await pollAll(HOUR);
    const spans = await skippedSpans(services);
    const isNamed = (at: number) => spans.some(({ from, to }) => from <= at && at <= to);
    const lost = WORKFLOWS.flatMap((workflow) =>
      [...orders].filter(
        ([id, at]) => at > startedAt + 6 * HOUR && !seen.get(workflow)?.has(id) && !isNamed(at),
      ),
    );
    return { spans, lost, pausedAt, resumedAt };
  };

  test.each([8.5, 20])('After %f days one alert names the pause, and not the weeks before', async (days) => {
    const { spans, lost, pausedAt, resumedAt } = await pausedFor(days, 15, 4 * HOUR);
    expect(lost).toStrictEqual([]);
    expect(spans).toHaveLength(1);
    const [{ from, to } = { from: 0, to: 0 }] = spans;
    expect(pausedAt - from).toBeLessThan(32 * HOUR);
    expect(Math.abs(to - (resumedAt - 7 * DAY))).toBeLessThan(2 * HOUR);
  });

  test.each([6.75, 7.25, 7.8])(
    'After %f days one alert names what is not announced, if there is any',
    async (days) => {
      const { spans, lost, pausedAt, resumedAt } = await pausedFor(days, 3, HOUR);
      expect(lost).toStrictEqual([]);
      expect(spans).toHaveLength(days > 7 ? 1 : 0);
      for (const { from, to } of spans) {
        // What was fetched shortly before the pause may not have been announced.
        expect(pausedAt - from).toBeLessThan(30 * HOUR);
        expect(Math.abs(to - (resumedAt - 7 * DAY))).toBeLessThan(MINUTE);
      }
    },
  );
});

describe('Start mark that was set by a clock that was ahead', () => {
  const AHEAD = 8 * HOUR;
  /**
   * A workflow that was turned on while no call was possible, so that nobody knew AliExpress's time.
   * @param offset what was known of it earlier
   * @param failedVisitMs from the moment at which it was turned on to a visit that the same clock dated
   */
  async function turnedOnAhead(offset?: number, options: ShopOptions = {}, failedVisitMs?: number) {
    const opened = openWorkflow(options);
    const { services, shop, poll, place } = opened;
    const visitedAt = services.clock.now();
    await readFeed(shop);
    const right = services.clock.now;
    place('1');
    services.clock.advance(SECOND);
    shop.clock = { ...services.clock, now: () => right() + AHEAD };
    knowOffset(shop, offset, false);
    services.onPay = () => fail('budget_unavailable', {});
    await poll('turn_on').catch(() => {});
    const feed = createOrdersFeed(shop);
    const step = beginStep(shop);
    const status = failedVisitMs !== undefined && (await readFeedStatus(shop.store, SELLER, 'orders'));
    if (status) {
      const failed = { ...status, visitedAt: shop.clock.now() + failedVisitMs };
      await writeFeedStatus(shop.store, SELLER, 'orders', failed);
      services.clock.advance(SECOND);
    }
    await setMark({ shop, feed, digest: workflowDigest('7'), step }, { previousVisitAt: visitedAt });
    services.onPay = () => {};
    shop.clock = services.clock;
    return { ...opened, visitedAt };
  }

  test('The error of the clock says when the workflow was turned on', async () => {
    const { shop, pollLater, place, services } = await turnedOnAhead();
    const [later] = place('2');
    knowOffset(shop, -AHEAD);
    expect(await pollLater()).toEqual([later]);
    expect(await skippedSpans(services)).toStrictEqual([]);
  });

  test('The error that was already known when the mark was set is not counted again', async () => {
    const { shop, pollLater, place, services } = await turnedOnAhead(-2 * HOUR);
    const [later] = place('2');
    knowOffset(shop, -2 * HOUR - AHEAD);
    expect(await pollLater()).toEqual([later]);
    expect(await skippedSpans(services)).toStrictEqual([]);
  });

  test('A workflow counts as turned on now if nobody knows when it was, and an alert names the time', async () => {
    const { shop, poll, pollLater, place, services, visitedAt } = await turnedOnAhead();
    place('2');
    knowOffset(shop, 0);
    expect(await pollLater()).toStrictEqual([]);
    expect(await skippedSpans(services)).toMatchObject([{ from: visitedAt, to: services.clock.now() }]);
    const [next] = place('3');
    expect(await pollLater()).toEqual([next]);
    expect(await poll()).toEqual([next]);
    expect(await skippedSpans(services)).toHaveLength(1);
  });

  test('A visit that failed in the same step is not the last one before the workflow was turned on', async () => {
    const { shop, pollLater, services, visitedAt } = await turnedOnAhead(undefined, {}, 10);
    knowOffset(shop, 0);
    expect(await pollLater()).toStrictEqual([]);
    expect(await skippedSpans(services)).toMatchObject([{ from: visitedAt, to: services.clock.now() }]);
  });

  test('The alert names seven days if the last visit before was dated by a clock that was ahead too', async () => {
    const { shop, pollLater, services } = await turnedOnAhead(undefined, {}, -MINUTE);
    knowOffset(shop, 0);
    expect(await pollLater()).toStrictEqual([]);
    const now = services.clock.now();
    expect(await skippedSpans(services)).toMatchObject([{ from: now - 7 * DAY, to: now }]);
  });

  test('If the store declines that alert, the workflow counts as turned on at the poll that raises it', async () => {
    let declines = true;
    const { shop, pollLater, place, services, visitedAt } = await turnedOnAhead(undefined, {
      through: (store) => ({
        ...store,
        set: async (...request) => !(declines && request[0].startsWith('skipped:')) && store.set(...request),
      }),
    });
    knowOffset(shop, 0);
    await pollLater();
    place('2');
    declines = false;
    expect(await pollLater()).toStrictEqual([]);
    expect(await skippedSpans(services)).toMatchObject([{ from: visitedAt, to: services.clock.now() }]);
  });

  test('A mark stays while nobody knows the time of AliExpress', async () => {
    const { shop, pollLater, place, services } = await turnedOnAhead();
    const before = await services.innerStore.get(MARK_KEY);
    place('2');
    knowOffset(shop, undefined);
    expect(await pollLater()).toStrictEqual([]);
    expect(await services.innerStore.get(MARK_KEY)).toBe(before);
  });

  test('A mark stays when the clock that has set it is moved back, until an answer corrects the clock', async () => {
    const opened = openWorkflow();
    const { services, shop, poll, pollLater, place } = opened;
    knowOffset(shop, -HOUR);
    await readFeed(shop);
    await poll('turn_on');
    const before = await services.innerStore.get(MARK_KEY);
    shop.clock = { ...services.clock, now: () => services.clock.now() - HOUR };
    knowOffset(shop, -HOUR, false);
    expect(await pollLater(SECOND)).toStrictEqual([]);
    expect(await services.innerStore.get(MARK_KEY)).toBe(before);
    shop.clock = services.clock;
    knowOffset(shop, 0);
    const [later] = place('2');
    expect(await pollLater()).toEqual([later]);
    expect(await skippedSpans(services)).toStrictEqual([]);
  });

  test('The mark is mended once', async () => {
    const { shop, pollLater, services } = await turnedOnAhead();
    knowOffset(shop, -AHEAD);
    await pollLater();
    expect(Number(await services.innerStore.get(MARK_KEY))).toBeLessThan(services.clock.now());
    knowOffset(shop, 0);
    await pollLater();
    expect(await skippedSpans(services)).toStrictEqual([]);
  });
});

describe('Start mark that was set by a clock which no answer had confirmed', () => {
  /**
   * A workflow is turned on ten minutes after a visit. An order is placed in the middle, and another one later.
   * @param answeredAgoMs how long before it is turned on the process got its last answer
   */
  async function turnedOn(aheadMs: number, isVisitedBefore = false, answeredAgoMs?: number, known?: number) {
    const opened = openWorkflow();
    const { services, shop, poll, place } = opened;
    await readFeed(shop);
    services.clock.advance(4 * MINUTE);
    const [earlier] = place('1');
    services.clock.advance(5 * MINUTE);
    const right = services.clock.now;
    shop.clock = { ...services.clock, now: () => right() + aheadMs };
    const answeredAt = answeredAgoMs === undefined ? undefined : right() - answeredAgoMs;
    shop.lastAnswerAt = () => answeredAt;
    knowOffset(shop, known, false);
    services.onPay = () => fail('budget_unavailable', {});
    const status = await readFeedStatus(shop.store, SELLER, 'orders');
    if (isVisitedBefore && status)
      await writeFeedStatus(shop.store, SELLER, 'disputes', { ...status, visitedAt: right() });
    await poll('turn_on');
    services.onPay = () => {};
    shop.clock = services.clock;
    const [later] = place('2');
    /** Polls once an answer has measured the offset. */
    const pollConfirmed = async (ms: number, offset: number) => {
      services.clock.advance(ms);
      knowOffset(shop, offset);
      return poll();
    };
    return { ...opened, earlier, later, pollConfirmed };
  }

  test.each([
    ['behind', -HOUR],
    ['ahead', HOUR],
  ])('Where the clock was an hour %s, its error says when the workflow was turned on', async (_, aheadMs) => {
    const { services, earlier, later, pollConfirmed } = await turnedOn(aheadMs);
    const events = [...(await pollConfirmed(HOUR / 2, -aheadMs)), ...(await pollConfirmed(HOUR, -aheadMs))];
    expect(new Set(events)).toEqual(new Set([later]));
    expect(events).not.toContain(earlier);
    expect(await skippedSpans(services)).toStrictEqual([]);
  });

  test('A clock that may have gone slow since then moves the mark, and an alert names what is not told', async () => {
    const { services, later, pollConfirmed } = await turnedOn(0);
    const markedAt = services.clock.now() - MINUTE;
    expect(await pollConfirmed(2 * HOUR, HOUR)).not.toContain(later);
    const [span] = await skippedSpans(services);
    expect(Math.abs(Number(span?.from) - markedAt)).toBeLessThan(MINUTE);
    expect(Math.abs(Number(span?.to) - markedAt - HOUR)).toBeLessThan(MINUTE);
  });

  test.each([
    ['behind', -HOUR],
    ['ahead', HOUR],
  ])(
    'An error of a clock that was %s says so where the store knows nothing of the feed',
    async (_, aheadMs) => {
      const { later, pollConfirmed, loseSnapshot } = await turnedOn(aheadMs);
      await loseSnapshot();
      const events = [...(await pollConfirmed(2 * HOUR, -aheadMs)), ...(await pollConfirmed(HOUR, -aheadMs))];
      expect(new Set(events)).toEqual(new Set([later]));
    },
  );

  test('The error of another host says nothing', async () => {
    const { shop, poll, services, later } = await turnedOn(-HOUR);
    services.clock.advance(2 * HOUR);
    shop.memo = emptyProcessMemo('another host');
    knowOffset(shop, HOUR);
    await poll();
    services.clock.advance(HOUR);
    expect(await poll()).toContain(later);
  });

  test('A clock that was behind does not set the mark before the last visit of any feed', async () => {
    const { shop, poll, services, later } = await turnedOn(-HOUR, true);
    shop.memo = emptyProcessMemo('another host');
    knowOffset(shop, 0);
    services.clock.advance(2 * HOUR);
    const events = await poll();
    services.clock.advance(HOUR);
    expect(new Set([...events, ...(await poll())])).toEqual(new Set([later]));
  });

  test.each([
    ['right before it', true],
    ['minutes before it', false],
  ])('A clock that is set later does not move the mark to a visit that was made %s', async (_, isVisited) => {
    const { later, pollConfirmed } = await turnedOn(0, isVisited);
    const events = [...(await pollConfirmed(2 * HOUR, -HOUR)), ...(await pollConfirmed(HOUR, -HOUR))];
    expect(new Set(events)).toEqual(new Set([later]));
  });

  test('If a clock was set back and is right again, an alert names what is not told', async () => {
    const { services, pollConfirmed, place } = await turnedOn(-HOUR, false, 2 * MINUTE);
    const visitedAt = services.clock.now();
    expect(await pollConfirmed(2 * HOUR, 0)).toStrictEqual([]);
    const [span] = await skippedSpans(services);
    expect(span).toMatchObject({ from: visitedAt - 3 * MINUTE, to: services.clock.now() });
    const [next] = place('3');
    expect(await pollConfirmed(HOUR, 0)).toEqual([next]);
    expect(await skippedSpans(services)).toHaveLength(1);
  });

  test('What its error says is kept also if another poll holds the feed just then', async () => {
    const { services, later, pollConfirmed } = await turnedOn(-HOUR);
    await services.innerStore.add(`lease:${SELLER}:orders`, 'another', (2 * HOUR) / SECOND + 3);
    const events = [...(await pollConfirmed(2 * HOUR, HOUR)), ...(await pollConfirmed(HOUR, 0))];
    expect(new Set(events)).toEqual(new Set([later]));
  });

  test('If an error that was known is gone, an alert names what is not told, because the mark may be right', async () => {
    const { services, later, pollConfirmed } = await turnedOn(0, false, undefined, -HOUR);
    const markedAt = services.clock.now() - MINUTE;
    expect(await pollConfirmed(2 * HOUR, 0)).not.toContain(later);
    const [span] = await skippedSpans(services);
    expect(Math.abs(Number(span?.from) - markedAt)).toBeLessThan(MINUTE);
    expect(Math.abs(Number(span?.to) - markedAt - HOUR)).toBeLessThan(MINUTE);
  });

  test('A clock that is set later does not move a mark that was confirmed', async () => {
    const { later, pollConfirmed } = await turnedOn(0);
    await pollConfirmed(HOUR, 0);
    expect(await pollConfirmed(HOUR, 90 * MINUTE)).toContain(later);
  });
});

describe('Start mark that is set while AliExpress can be asked for the time', () => {
  const AWAY = 2 * HOUR;

  /**
   * A workflow that was off for two hours on a host whose clock no answer has confirmed. An order is placed just before it
   * is turned on again, and another one just after.
   * @param workflow left out where the platform does not name it
   */
  async function turnedOn(aheadMs: number, { isAnswered = true, workflow }: TurnedOn = { workflow: '7' }) {
    const { services, shop, poll, place } = openWorkflow();
    const host = { ahead: 0, isAnswered, asked: 0 };
    const now = () => services.clock.now() + host.ahead;
    const transport = async () => {
      host.asked += 1;
      if (!host.isAnswered) throw new TransportFailure('timeout');
      return { status: 404, body: '', headers: { date: new Date(services.clock.now()).toUTCString() } };
    };
    /** A process that has had no answer. */
    const restart = (name = 'first') => {
      shop.memo = emptyProcessMemo(name);
      const time = serverTime({ ...services.clock, now, elapsed: services.clock.now }, shop.memo.time);
      const { clock, offset, isConfirmed, lastAnswerAt, fetchTime } = time;
      Object.assign(shop, { clock, clockOffset: offset, isClockConfirmed: isConfirmed, lastAnswerAt });
      shop.fetchTime = () => fetchTime(time.measuring(transport), 'https://api-sg.aliexpress.com');
    };
    await poll('turn_on', { workflow });
    services.onPay = () => fail('budget_unavailable', {});
    services.clock.advance(AWAY);
    const [earlier = ''] = place('1');
    services.clock.advance(5 * MINUTE);
    host.ahead = aheadMs;
    restart();
    await poll('turn_on', { workflow });
    const [later = ''] = place('2');
    const pollAgain = () => poll('poll', { workflow });
    /** What is announced once the clock was set right and the feed is visited again. */
    const announced = async () => {
      host.ahead = 0;
      restart();
      services.onPay = () => {};
      const events = new Set<string>();
      for (let n = 0; n < 3; n += 1) {
        services.clock.advance(HOUR);
        for (const id of await pollAgain()) events.add(id);
      }
      expect(await skippedSpans(services)).toStrictEqual([]);
      expect(events).not.toContain(earlier);
      return events.has(later);
    };
    return { services, host, restart, pollAgain, announced };
  }

  interface TurnedOn {
    isAnswered?: boolean;
    workflow?: string;
  }

  const clocks = [
    ['an hour ahead', HOUR],
    ['two hours behind', -AWAY],
    ['right', 0],
  ] as const;

  test.each(clocks)('Where the clock is %s, its error is not in the mark', async (_, aheadMs) => {
    const { host, announced } = await turnedOn(aheadMs);
    expect(host.asked).toBe(1);
    expect(await announced()).toBe(true);
  });

  test.each(clocks)('Where it is %s, a workflow without a name starts anew', async (_, aheadMs) => {
    const { announced } = await turnedOn(aheadMs, {});
    expect(await announced()).toBe(true);
  });

  test.each(clocks)('Where it is %s, the next poll asks if turning on got no answer', async (_, aheadMs) => {
    const { services, host, pollAgain, announced } = await turnedOn(aheadMs, {
      isAnswered: false,
      workflow: '7',
    });
    expect(host.asked).toBe(1);
    host.isAnswered = true;
    services.clock.advance(MINUTE);
    await pollAgain();
    expect(host.asked).toBe(2);
    expect(await announced()).toBe(true);
    expect(host.asked).toBe(2);
  });

  test('Polls on other hosts do not ask', async () => {
    const { host, restart, pollAgain } = await turnedOn(HOUR, { isAnswered: false, workflow: '7' });
    restart('second');
    await pollAgain();
    expect(host.asked).toBe(1);
  });

  test('A clock that an answer has confirmed is not asked about', async () => {
    const { host, pollAgain, services } = await turnedOn(HOUR);
    services.clock.advance(HOUR);
    await pollAgain();
    expect(host.asked).toBe(1);
  });
});

test('A mark stays if the clock falls behind it and no answer has confirmed the clock', async () => {
  const { services, shop, poll, pollLater, place } = openWorkflow();
  const [earlier] = place('1');
  services.clock.advance(MINUTE);
  knowOffset(shop, 0);
  await poll('turn_on');
  const mark = await services.innerStore.get(MARK_KEY);
  const [later] = place('2');
  const right = services.clock.now;
  shop.clock = { ...services.clock, now: () => right() - 7 * HOUR };
  knowOffset(shop, -7 * HOUR, false);
  services.onPay = () => fail('budget_unavailable', {});
  await pollLater().catch(() => {});
  services.onPay = () => {};
  shop.clock = services.clock;
  knowOffset(shop, 0);
  expect(await services.innerStore.get(MARK_KEY)).toBe(mark);
  const events = await pollLater();
  expect([events.includes(String(earlier)), events.includes(String(later))]).toEqual([false, true]);
});
