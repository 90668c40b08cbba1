import { join } from 'node:path';
import { type PlatformMemory, platformMemory, type QueuedStep } from '../../../lib/hosts/local/memory.ts';
import { HOUR, MINUTE } from '../../../lib/runtime.ts';
import { createVault } from '../../../lib/vault.ts';
import { type FixedClock, fixedClock } from '../../support/fixed-clock.ts';
import { problemLike } from '../../support/problem-like.ts';
import { storedText } from '../../support/stored-text.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const FLOW = 'new order to Feishu';
const OTHER = 'paid order to Feishu';

/** A recipe with one step that cannot be repeated, one with one that can, and one with both. */
const ONE_CARD = [false];
const ONE_ROW = [true];
const ROW_AND_CARD = [true, false];

const event = (id: string, title = `order ${id}`) => ({ id, title });
const connection = { access_token: 'CANARY-TOKEN', seller_id: '2201' };

describe('Memory of the platform', () => {
  let folder: TemporaryFolder;
  let clock: FixedClock;
  let memory: PlatformMemory;
  const open = (appSecret = 'an app secret') =>
    platformMemory(
      join(folder.path, 'platform.sqlite'),
      clock,
      createVault(appSecret, 'connection of the local host'),
    );
  /** Closes and opens the file, as a restart does. */
  const reopen = (appSecret?: string) => {
    memory.close();
    memory = open(appSecret);
    return memory;
  };
  const ids = (steps: QueuedStep[]) => steps.map(({ eventId }) => eventId);
  const firstDue = () => memory.due(FLOW)[0] as QueuedStep;

  beforeEach(() => {
    folder = temporaryFolder();
    clock = fixedClock('2026-11-21T02:00:00Z');
    memory = open();
  });
  afterEach(() => {
    memory.close();
    folder.remove();
  });

  describe('Connection', () => {
    test('There is no connection before a shop is connected', () => {
      expect(memory.connection()).toBeUndefined();
    });

    test('The last stored connection replaces an earlier one', () => {
      memory.keepConnection({ access_token: 'old' });
      memory.keepConnection(connection);
      expect(memory.connection()).toEqual(connection);
    });

    test('The connection survives a restart', () => {
      memory.keepConnection(connection);
      expect(reopen().connection()).toEqual(connection);
    });

    test('A removed connection is gone', () => {
      memory.keepConnection(connection);
      memory.keepConnection(undefined);
      expect(memory.connection()).toBeUndefined();
    });

    test('The connection is encrypted in the file', () => {
      memory.keepConnection(connection);
      memory.close();
      const text = storedText(folder.path);
      memory = open();
      expect(text).not.toContain('CANARY-TOKEN');
    });

    test('The connection cannot be read with another app secret', () => {
      memory.keepConnection(connection);
      expect(reopen('another app secret').connection()).toBeUndefined();
    });
  });

  describe('First poll of a workflow', () => {
    test('A workflow is not seeded before its first poll', () => {
      expect(memory.isSeeded(FLOW)).toBe(false);
    });

    test('A workflow is seeded by a poll without events', () => {
      memory.seed(FLOW, []);
      expect(memory.isSeeded(FLOW)).toBe(true);
    });

    test('A seeded workflow does not seed another', () => {
      memory.seed(FLOW, ['1']);
      expect(memory.isSeeded(OTHER)).toBe(false);
    });

    test('A seeded workflow survives a restart', () => {
      memory.seed(FLOW, ['1']);
      expect(reopen().isSeeded(FLOW)).toBe(true);
    });
  });

  describe('Queue of new events', () => {
    test('Only events that are new to the workflow are queued and returned', () => {
      memory.seed(FLOW, ['1']);
      expect(memory.enqueue(FLOW, [event('3'), event('2'), event('1')], ONE_CARD)).toEqual([
        event('2'),
        event('3'),
      ]);
    });

    test('An event of two polls is queued once', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      expect(memory.enqueue(FLOW, [event('1')], ONE_CARD)).toHaveLength(0);
    });

    test('An event that one poll contains twice is queued once', () => {
      memory.enqueue(FLOW, [event('1'), event('1')], ONE_CARD);
      expect(ids(memory.due(FLOW))).toEqual(['1']);
    });

    test('An event whose steps have run is not queued again', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      memory.done(firstDue());
      expect(memory.enqueue(FLOW, [event('1')], ONE_CARD)).toHaveLength(0);
    });

    test('An event is not queued again after a restart', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      memory.done(firstDue());
      expect(reopen().enqueue(FLOW, [event('1')], ONE_CARD)).toEqual([]);
    });

    test('Every workflow queues the same event', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      expect(memory.enqueue(OTHER, [event('1')], ONE_CARD)).toHaveLength(1);
    });

    test('A poll queues all of its events or none', () => {
      const unwritable = { ...event('1'), amount: 1n };
      expect(() => memory.enqueue(FLOW, [unwritable, event('2')], ONE_CARD)).toThrow();
      expect(memory.enqueue(FLOW, [event('2')], ONE_CARD)).toHaveLength(1);
    });
  });

  describe('Queued steps', () => {
    test('A queued step contains its event', () => {
      memory.enqueue(FLOW, [event('1', '新订单 🛒')], ONE_CARD);
      expect(memory.due(FLOW)).toEqual([
        {
          workflow: FLOW,
          eventId: '1',
          step: 0,
          event: event('1', '新订单 🛒'),
          repeatable: false,
          attempts: 0,
          fileOffset: null,
        },
      ]);
    });

    test('Every step of the recipe is queued', () => {
      memory.enqueue(FLOW, [event('1')], ROW_AND_CARD);
      expect(memory.due(FLOW).map(({ step, repeatable }) => [step, repeatable])).toEqual([
        [0, true],
        [1, false],
      ]);
    });

    test('A finished step leaves the others queued', () => {
      memory.enqueue(FLOW, [event('1')], ROW_AND_CARD);
      memory.done(firstDue());
      expect(memory.due(FLOW).map(({ step }) => step)).toEqual([1]);
    });

    test('A delayed step leaves the others due', () => {
      memory.enqueue(FLOW, [event('1')], ROW_AND_CARD);
      memory.retryAt(firstDue(), clock.now() + 5 * MINUTE);
      expect(memory.due(FLOW).map(({ step }) => step)).toEqual([1]);
    });

    test('A step keeps the file offset of its last attempt', () => {
      memory.enqueue(FLOW, [event('1')], ONE_ROW);
      const step = firstDue();
      memory.started(step, 4096);
      memory.retryAt(step, clock.now());
      expect(firstDue().fileOffset).toBe(4096);
    });

    test('A step that was interrupted while it wrote is due first', () => {
      memory.enqueue(FLOW, [event('2'), event('1')], ONE_ROW);
      memory.started(memory.due(FLOW)[1] as QueuedStep, 4096);
      expect(ids(reopen().due(FLOW))).toEqual(['2', '1']);
    });

    test('The oldest event is due first', () => {
      memory.enqueue(FLOW, [event('2'), event('1')], ONE_CARD);
      memory.enqueue(FLOW, [event('4'), event('3')], ONE_CARD);
      expect(ids(memory.due(FLOW))).toEqual(['1', '2', '3', '4']);
    });

    test('Only the steps of the workflow are due', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      memory.enqueue(OTHER, [event('2')], ONE_CARD);
      expect(ids(memory.due(FLOW))).toEqual(['1']);
    });

    test('Queued steps survive a restart', () => {
      memory.enqueue(FLOW, [event('2'), event('1')], ONE_CARD);
      expect(ids(reopen().due(FLOW))).toEqual(['1', '2']);
    });

    test('The queued steps of all workflows are counted', () => {
      memory.enqueue(FLOW, [event('1'), event('2')], ONE_CARD);
      memory.enqueue(OTHER, [event('1')], ONE_CARD);
      expect(memory.waiting()).toBe(3);
    });

    test('A finished step is not counted', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      memory.done(firstDue());
      expect(memory.waiting()).toBe(0);
    });

    test('The file keeps nothing of an event whose steps are finished', () => {
      memory.enqueue(FLOW, [event('1', 'CANARY-ORDER')], ONE_CARD);
      memory.done(firstDue());
      memory.close();
      const text = storedText(folder.path);
      memory = open();
      expect(text).not.toContain('CANARY-ORDER');
    });

    test('A delayed step is not due', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      memory.retryAt(firstDue(), clock.now() + 5 * MINUTE);
      expect(memory.due(FLOW)).toEqual([]);
    });

    test('A delayed step is due at its time', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      memory.retryAt(firstDue(), clock.now() + 5 * MINUTE);
      clock.advance(5 * MINUTE);
      expect(ids(memory.due(FLOW))).toEqual(['1']);
    });

    test('The time of the next due step is known', () => {
      memory.enqueue(FLOW, [event('1'), event('2')], ONE_CARD);
      const at = clock.now();
      for (const [n, step] of memory.due(FLOW).entries()) memory.retryAt(step, at + (n + 1) * 5 * MINUTE);
      expect(memory.nextDueAt()).toBe(at + 5 * MINUTE);
    });

    test('Without queued steps there is no next due time', () => {
      expect(memory.nextDueAt()).toBeUndefined();
    });

    test('Attempts are counted', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        const step = firstDue();
        memory.started(step);
        memory.retryAt(step, clock.now());
      }
      expect(firstDue().attempts).toBe(2);
    });

    test.each([
      ['is removed after 48 hours', 48 * HOUR, []],
      ['is kept for almost 48 hours', 48 * HOUR - 1, ['1']],
    ])('A step that never ran %s', (_, pause, expected) => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      clock.advance(pause);
      expect(ids(reopen().due(FLOW))).toEqual(expected);
    });
  });

  describe('Step that ran when the process ended', () => {
    beforeEach(() => {
      memory.enqueue(FLOW, [event('2'), event('1')], ONE_CARD);
      memory.started(firstDue());
      reopen();
    });

    test('An interrupted step is uncertain', () => {
      expect(ids(memory.takeUncertain())).toEqual(['1']);
    });

    test('An interrupted step is not due again', () => {
      expect(ids(memory.due(FLOW))).toEqual(['2']);
    });

    test('An uncertain step is returned once', () => {
      memory.takeUncertain();
      expect(memory.takeUncertain()).toEqual([]);
    });

    test('A returned uncertain step is not counted as queued', () => {
      memory.takeUncertain();
      expect(memory.waiting()).toBe(1);
    });

    test('The event of an uncertain step is not queued again', () => {
      memory.takeUncertain();
      expect(memory.enqueue(FLOW, [event('1')], ONE_CARD)).toHaveLength(0);
    });
  });

  describe('Repeatable step that ran when the process ended', () => {
    beforeEach(() => {
      memory.enqueue(FLOW, [event('1')], ONE_ROW);
      memory.started(firstDue(), 0);
      reopen();
    });

    test('An interrupted repeatable step is due again', () => {
      expect(ids(memory.due(FLOW))).toEqual(['1']);
    });

    test('An interrupted repeatable step is not uncertain', () => {
      expect(memory.takeUncertain()).toEqual([]);
    });

    test('An interrupted repeatable step keeps its file offset', () => {
      expect(firstDue().fileOffset).toBe(0);
    });
  });

  test('A failed step that will be retried is not uncertain', () => {
    memory.enqueue(FLOW, [event('1')], ONE_CARD);
    const step = firstDue();
    memory.started(step);
    memory.retryAt(step, clock.now());
    expect(reopen().takeUncertain()).toEqual([]);
  });

  test('A second run cannot open the file', () => {
    expect(() => open()).toThrow(problemLike('already_running', { folder: folder.path }));
  });

  test('The next run can open the file after the first has closed it', () => {
    memory.close();
    memory = open();
    expect(memory.waiting()).toBe(0);
  });
});
