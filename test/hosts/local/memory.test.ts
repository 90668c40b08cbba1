import { join } from 'node:path';
import { type PlatformMemory, platformMemory, type QueuedStep } from '../../../lib/hosts/local/memory.ts';
import { createVault } from '../../../lib/hosts/local/vault.ts';
import { type FixedClock, fixedClock } from '../../support/fixed-clock.ts';
import { problemLike } from '../../support/problem-like.ts';
import { storedText } from '../../support/stored-text.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FLOW = 'new order to Feishu';
const OTHER = 'paid order to Feishu';

/** A recipe with one step that cannot be repeated, one with one that can, and one with both. */
const ONE_CARD = [false];
const ONE_ROW = [true];
const ROW_AND_CARD = [true, false];

const event = (id: string, title = `order ${id}`) => ({ id, title });
const connection = { access_token: 'CANARY-TOKEN', seller_id: '2201' };

describe('What the platform remembers', () => {
  let folder: TemporaryFolder;
  let clock: FixedClock;
  let memory: PlatformMemory;
  const open = (appSecret = 'an app secret') =>
    platformMemory(join(folder.path, 'platform.sqlite'), clock, createVault(appSecret));
  /** As after a restart. */
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

  describe('of the connection', () => {
    test('is nothing before a shop is connected', () => {
      expect(memory.connection()).toBeUndefined();
    });

    test('is what was kept last', () => {
      memory.keepConnection({ access_token: 'old' });
      memory.keepConnection(connection);
      expect(memory.connection()).toEqual(connection);
    });

    test('survives a restart', () => {
      memory.keepConnection(connection);
      expect(reopen().connection()).toEqual(connection);
    });

    test('is nothing once it has ended', () => {
      memory.keepConnection(connection);
      memory.keepConnection(undefined);
      expect(memory.connection()).toBeUndefined();
    });

    test('cannot be read in the file', () => {
      memory.keepConnection(connection);
      memory.close();
      const text = storedText(folder.path);
      memory = open();
      expect(text).not.toContain('CANARY-TOKEN');
    });

    test('is not there for another app secret', () => {
      memory.keepConnection(connection);
      expect(reopen('another app secret').connection()).toBeUndefined();
    });
  });

  describe('of a workflow', () => {
    test('is that it was not polled before its first poll', () => {
      expect(memory.isSeeded(FLOW)).toBe(false);
    });

    test('is that it was polled, even if nothing was found', () => {
      memory.seed(FLOW, []);
      expect(memory.isSeeded(FLOW)).toBe(true);
    });

    test('says nothing about another one', () => {
      memory.seed(FLOW, ['1']);
      expect(memory.isSeeded(OTHER)).toBe(false);
    });

    test('survives a restart', () => {
      memory.seed(FLOW, ['1']);
      expect(reopen().isSeeded(FLOW)).toBe(true);
    });
  });

  describe('of events', () => {
    test('queues those that the workflow has not seen, and says which', () => {
      memory.seed(FLOW, ['1']);
      expect(memory.enqueue(FLOW, [event('3'), event('2'), event('1')], ONE_CARD)).toEqual([
        event('2'),
        event('3'),
      ]);
    });

    test('queues none twice', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      expect(memory.enqueue(FLOW, [event('1')], ONE_CARD)).toHaveLength(0);
    });

    test('queues none twice that stands in one list twice', () => {
      memory.enqueue(FLOW, [event('1'), event('1')], ONE_CARD);
      expect(ids(memory.due(FLOW))).toEqual(['1']);
    });

    test('queues none again whose action has run', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      memory.done(firstDue());
      expect(memory.enqueue(FLOW, [event('1')], ONE_CARD)).toHaveLength(0);
    });

    test('queues none again after a restart', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      memory.done(firstDue());
      expect(reopen().enqueue(FLOW, [event('1')], ONE_CARD)).toEqual([]);
    });

    test('lets every workflow have them', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      expect(memory.enqueue(OTHER, [event('1')], ONE_CARD)).toHaveLength(1);
    });

    test('queues all of a list or none of it', () => {
      const unwritable = { ...event('1'), amount: 1n };
      expect(() => memory.enqueue(FLOW, [unwritable, event('2')], ONE_CARD)).toThrow();
      expect(memory.enqueue(FLOW, [event('2')], ONE_CARD)).toHaveLength(1);
    });
  });

  describe('of steps', () => {
    test('is the event of each', () => {
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

    test('is one for every step of the recipe', () => {
      memory.enqueue(FLOW, [event('1')], ROW_AND_CARD);
      expect(memory.due(FLOW).map(({ step, repeatable }) => [step, repeatable])).toEqual([
        [0, true],
        [1, false],
      ]);
    });

    test('ends one step without the others', () => {
      memory.enqueue(FLOW, [event('1')], ROW_AND_CARD);
      memory.done(firstDue());
      expect(memory.due(FLOW).map(({ step }) => step)).toEqual([1]);
    });

    test('puts one step off without the others', () => {
      memory.enqueue(FLOW, [event('1')], ROW_AND_CARD);
      memory.retryAt(firstDue(), clock.now() + 5 * MINUTE);
      expect(memory.due(FLOW).map(({ step }) => step)).toEqual([1]);
    });

    test('keeps where the attempt before began to write', () => {
      memory.enqueue(FLOW, [event('1')], ONE_ROW);
      const step = firstDue();
      memory.started(step, 4096);
      memory.retryAt(step, clock.now());
      expect(firstDue().fileOffset).toBe(4096);
    });

    test('brings those first that had begun to write', () => {
      memory.enqueue(FLOW, [event('2'), event('1')], ONE_ROW);
      memory.started(memory.due(FLOW)[1] as QueuedStep, 4096);
      expect(ids(reopen().due(FLOW))).toEqual(['2', '1']);
    });

    test('is the oldest first, though triggers hand out the newest first', () => {
      memory.enqueue(FLOW, [event('2'), event('1')], ONE_CARD);
      memory.enqueue(FLOW, [event('4'), event('3')], ONE_CARD);
      expect(ids(memory.due(FLOW))).toEqual(['1', '2', '3', '4']);
    });

    test('is those of one workflow', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      memory.enqueue(OTHER, [event('2')], ONE_CARD);
      expect(ids(memory.due(FLOW))).toEqual(['1']);
    });

    test('survives a restart', () => {
      memory.enqueue(FLOW, [event('2'), event('1')], ONE_CARD);
      expect(ids(reopen().due(FLOW))).toEqual(['1', '2']);
    });

    test('is how many wait, of all workflows', () => {
      memory.enqueue(FLOW, [event('1'), event('2')], ONE_CARD);
      memory.enqueue(OTHER, [event('1')], ONE_CARD);
      expect(memory.waiting()).toBe(3);
    });

    test('ends when they are done', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      memory.done(firstDue());
      expect(memory.waiting()).toBe(0);
    });

    test('keeps nothing of the event when they are done', () => {
      memory.enqueue(FLOW, [event('1', 'CANARY-ORDER')], ONE_CARD);
      memory.done(firstDue());
      memory.close();
      const text = storedText(folder.path);
      memory = open();
      expect(text).not.toContain('CANARY-ORDER');
    });

    test('leaves out those that are to be tried again later', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      memory.retryAt(firstDue(), clock.now() + 5 * MINUTE);
      expect(memory.due(FLOW)).toEqual([]);
    });

    test('brings them back when their time has come', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      memory.retryAt(firstDue(), clock.now() + 5 * MINUTE);
      clock.advance(5 * MINUTE);
      expect(ids(memory.due(FLOW))).toEqual(['1']);
    });

    test('is when the next one comes due', () => {
      memory.enqueue(FLOW, [event('1'), event('2')], ONE_CARD);
      const at = clock.now();
      for (const [n, step] of memory.due(FLOW).entries()) memory.retryAt(step, at + (n + 1) * 5 * MINUTE);
      expect(memory.nextDueAt()).toBe(at + 5 * MINUTE);
    });

    test('is no time where none comes due', () => {
      expect(memory.nextDueAt()).toBeUndefined();
    });

    test('counts how often they were started', () => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        const step = firstDue();
        memory.started(step);
        memory.retryAt(step, clock.now());
      }
      expect(firstDue().attempts).toBe(2);
    });

    test.each([
      ['is forgotten after 48 hours', 48 * HOUR, []],
      ['is kept until then', 48 * HOUR - 1, ['1']],
    ])('that never ran %s, at the next start', (_, pause, expected) => {
      memory.enqueue(FLOW, [event('1')], ONE_CARD);
      clock.advance(pause);
      expect(ids(reopen().due(FLOW))).toEqual(expected);
    });
  });

  describe('of a step in which the process died', () => {
    beforeEach(() => {
      memory.enqueue(FLOW, [event('2'), event('1')], ONE_CARD);
      memory.started(firstDue());
      reopen();
    });

    test('is that nobody knows whether it arrived', () => {
      expect(ids(memory.takeUncertain())).toEqual(['1']);
    });

    test('does not let it run again', () => {
      expect(ids(memory.due(FLOW))).toEqual(['2']);
    });

    test('is told once', () => {
      memory.takeUncertain();
      expect(memory.takeUncertain()).toEqual([]);
    });

    test('does not wait for it once it was told', () => {
      memory.takeUncertain();
      expect(memory.waiting()).toBe(1);
    });

    test('does not hand its event out again', () => {
      memory.takeUncertain();
      expect(memory.enqueue(FLOW, [event('1')], ONE_CARD)).toHaveLength(0);
    });
  });

  describe('of a step that can be repeated, in which the process died', () => {
    beforeEach(() => {
      memory.enqueue(FLOW, [event('1')], ONE_ROW);
      memory.started(firstDue(), 0);
      reopen();
    });

    test('is that it is due again', () => {
      expect(ids(memory.due(FLOW))).toEqual(['1']);
    });

    test('is nothing uncertain', () => {
      expect(memory.takeUncertain()).toEqual([]);
    });

    test('is where it had begun to write', () => {
      expect(firstDue().fileOffset).toBe(0);
    });
  });

  test('holds no step as uncertain that failed and is to be tried again', () => {
    memory.enqueue(FLOW, [event('1')], ONE_CARD);
    const step = firstDue();
    memory.started(step);
    memory.retryAt(step, clock.now());
    expect(reopen().takeUncertain()).toEqual([]);
  });

  test('belongs to one run at a time', () => {
    expect(() => open()).toThrow(problemLike('already_running', { folder: folder.path }));
  });

  test('is free for the next run when the one before has ended', () => {
    memory.close();
    memory = open();
    expect(memory.waiting()).toBe(0);
  });
});
