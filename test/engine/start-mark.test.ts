import { type Poll, pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import { workflowDigest } from '../../lib/engine/start-mark.ts';
import { skippedSpans } from '../../lib/feeds/skipped-events.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import accountAlert from '../../triggers/account-alert.ts';
import newOrder from '../../triggers/new-order.ts';
import { problemLike } from '../support/problem-like.ts';
import { openShopServices, type ShopOptions } from '../support/shop-services.ts';

const SELLER = '2201234567890';
const MARK_KEY = `mark:1:${SELLER}:${workflowDigest('7')}`;

function openWorkflow(options: ShopOptions = {}) {
  const services = openShopServices(options);
  const shop = { ...services, memo: emptyProcessMemo() };
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
    const { poll, pollLater, place } = openWorkflow();
    await poll('turn_on');
    const [order] = place('1');
    await poll('sample');
    expect(await pollLater()).toEqual([order]);
  });

  test('A workflow is turned on although no call is left', async () => {
    const { services, poll, pollLater, place } = openWorkflow();
    await services.budget.spend('interactive');
    await services.budget.limitReached(services.clock.now());
    place('1');
    expect(await poll('turn_on')).toEqual([]);
    services.clock.advance(15 * HOUR);
    const [later] = place('2');
    expect(await pollLater()).toEqual([later]);
  });

  test.each(['mark:1:', 'snap1:'])('A store that declines the key %s keeps it from being on', async (key) => {
    let declines = false;
    const { poll } = openWorkflow({
      through: (store) => ({
        ...store,
        set: async (...request) => !(declines && request[0].startsWith(key)) && store.set(...request),
        add: async (...request) => !(declines && request[0].startsWith(key)) && store.add(...request),
      }),
    });
    await poll('sample');
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
    expect(await unnamed('2', 'poll')).toEqual([]);
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

  test('What comes while a workflow is being turned on, and was not returned, is told', async () => {
    const { services, poll, pollLater, delay } = openSlow();
    let order: string | undefined;
    delay('lease:', () => {
      services.clock.advance(5 * SECOND);
      [order] = services.putOrders(1, services.clock.now(), '1');
      services.clock.advance(5 * SECOND);
    });
    expect(await poll('turn_on')).toEqual([]);
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

describe('Loss of a start mark', () => {
  const turnedOn = async () => {
    const workflow = openWorkflow();
    await workflow.poll('turn_on');
    return workflow;
  };

  test('A workflow whose own key is lost keeps its mark', async () => {
    const { services, pollLater, place } = await turnedOn();
    const [order] = place('1');
    await services.innerStore.delete(MARK_KEY);
    expect(await pollLater()).toEqual([order]);
    expect(await skippedSpans(services)).toEqual([]);
  });

  test('A workflow whose snapshot is lost keeps its mark', async () => {
    const { services, pollLater, place, loseSnapshot } = await turnedOn();
    const [order] = place('1');
    await loseSnapshot();
    expect(await pollLater()).toEqual([order]);
    expect(await skippedSpans(services)).toEqual([]);
    await services.innerStore.delete(MARK_KEY);
    expect(await pollLater()).toEqual([order]);
  });

  test('If both are lost, an alert says so, and what enters later is told', async () => {
    const { services, pollLater, place, loseSnapshot, shop } = await turnedOn();
    place('1');
    await pollTrigger(accountAlert, shop, { inputs: {}, workflow: '8', purpose: 'turn_on' });
    await loseSnapshot();
    await services.innerStore.delete(MARK_KEY);
    await pollLater();
    const [later] = place('2');
    expect(await pollLater()).toEqual([later]);
    const alerts = await pollTrigger(accountAlert, shop, { inputs: {}, workflow: '8', purpose: 'poll' });
    expect(alerts).toMatchObject([{ alert_type: 'events_skipped', due_at: null }]);
    expect(alerts[0]?.title).toMatch(/^Orders from .* to .* were not announced$/);
  });

  test('If only the row and the key of one workflow are lost, its events since the last visit are told', async () => {
    const { services, shop, poll, pollLater, place } = await turnedOn();
    place('1');
    await pollLater();
    const [later] = place('2');
    await services.innerStore.delete(MARK_KEY);
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
    expect(await skippedSpans(services)).toEqual([]);
  });
});
