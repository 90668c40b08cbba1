import type { CardClaim } from '../../lib/stores/card.ts';
import type { Store } from '../../lib/stores/store.ts';
import { type Timer, timeLimited } from '../../lib/stores/time-limit.ts';

const SECONDS = 1000;

/** Time that passes only when a test lets it. */
function openTime() {
  let now = 0;
  const running = new Map<() => void, number>();
  const timer: Timer = {
    now: () => now,
    start: (ms, onEnd) => {
      running.set(onEnd, now + ms);
      return () => running.delete(onEnd);
    },
  };
  return {
    timer,
    now: () => now,
    /** Timers that were started and neither ended nor were stopped. */
    running: () => running.size,
    pass: async (ms: number) => {
      now += ms;
      for (const [onEnd, at] of running) if (at <= now && running.delete(onEnd)) onEnd();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

type Time = ReturnType<typeof openTime>;

const noAnswer = () => new Promise<never>(() => {});
const silentStore: Store = { get: noAnswer, set: noAnswer, add: noAnswer, delete: noAnswer };
const promptStore: Store = {
  get: async (key) => `value of ${key}`,
  set: async () => true,
  add: async () => false,
  delete: async () => true,
};

/** Sends a command, lets time pass until it ends, and returns how long that took and how it ended. */
async function timed(time: Time, command: Promise<unknown>) {
  const startedAt = time.now();
  let outcome: string | undefined;
  command.then(
    (answer) => {
      outcome = String(answer);
    },
    () => {
      outcome = 'rejected';
    },
  );
  await time.pass(0);
  while (outcome === undefined) await time.pass(SECONDS / 10);
  return { took: time.now() - startedAt, outcome };
}

/** The store answers `ms` later. */
const delayed = (ms: number, { timer }: Time): Store => ({
  ...promptStore,
  get: (key) => new Promise((resolve) => timer.start(ms, () => resolve(key))),
});

describe('Time limit of a store', () => {
  let time: Time;
  beforeEach(() => {
    time = openTime();
  });

  test.each([
    ['get', (store: Store) => store.get('key')],
    ['set', (store: Store) => store.set('key', 'value', 60)],
    ['add', (store: Store) => store.add('key', 'value', 60)],
    ['delete', (store: Store) => store.delete('key')],
    ['getMany', (store: Store) => store.getMany?.(['key'])],
    ['claim', (store: Store) => store.claim?.({} as CardClaim)],
  ] as const)('A %s that is not answered rejects after 3 seconds', async (_, send) => {
    const store = timeLimited({ ...silentStore, getMany: noAnswer, claim: noAnswer }, time.timer);
    expect(await timed(time, Promise.resolve(send(store)))).toEqual({
      took: 3 * SECONDS,
      outcome: 'rejected',
    });
  });

  test('Answers of every command are passed on', async () => {
    const store = timeLimited(promptStore, time.timer);
    expect([
      await store.get('key'),
      await store.set('key', 'value', 60),
      await store.add('key', 'value', 60),
      await store.delete('key'),
    ]).toEqual(['value of key', true, false, true]);
  });

  test('A store with single commands alone stays one', () => {
    const store = timeLimited(promptStore, time.timer);
    expect([store.claim, store.getMany]).toEqual([undefined, undefined]);
  });

  test('An error of the store is passed on', async () => {
    const get = async () => {
      throw new Error('refused');
    };
    await expect(timeLimited({ ...promptStore, get }, time.timer).get('key')).rejects.toThrow('refused');
  });

  test('No timer is left after an answer', async () => {
    await timeLimited(promptStore, time.timer).get('key');
    expect(time.running()).toBe(0);
  });

  test('No timer is left after an error', async () => {
    const get = () => Promise.reject(new Error('refused'));
    await timeLimited({ ...promptStore, get }, time.timer)
      .get('key')
      .catch(() => null);
    expect(time.running()).toBe(0);
  });

  test('A step loses at most 6 seconds on a silent store, however many commands it sends', async () => {
    const store = timeLimited(silentStore, time.timer);
    for (let n = 0; n < 10; n += 1) await timed(time, store.get(`key ${n}`));
    expect(time.now()).toBe(6 * SECONDS);
  });

  test('Commands that are silent at the same time count once', async () => {
    const store = timeLimited(silentStore, time.timer);
    await timed(time, Promise.all([1, 2, 3].map((n) => store.get(`key ${n}`))));
    expect((await timed(time, store.get('another'))).took).toBe(3 * SECONDS);
  });

  /** Sends commands at these times, and returns when the last one has ended. */
  async function lastEnd(store: Store, commands: readonly (readonly [at: number, key: string])[]) {
    const ends: number[] = [];
    const hasEnded = () => ends.push(time.now());
    const waiting = [...commands];
    while (ends.length < commands.length) {
      for (; waiting[0] && waiting[0][0] <= time.now(); waiting.shift())
        store.get(waiting[0][1]).then(hasEnded, hasEnded);
      await time.pass(SECONDS / 20);
    }
    return Math.max(...ends);
  }

  test.each([
    ['are staggered', [0, 2900, 5800]],
    ['are closely staggered', [0, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 5500]],
    ['begin just before and after another one is given up', [0, 100, 2950, 3050, 5900, 5950]],
  ])('A step loses at most 6 seconds on silent commands that %s', async (_, begunAt) => {
    const store = timeLimited(silentStore, time.timer);
    expect(
      await lastEnd(
        store,
        begunAt.map((at) => [at, 'key'] as const),
      ),
    ).toBe(6 * SECONDS);
  });

  test('A step loses at most 6 seconds also if the last of them is a short rest', async () => {
    const slow = delayed(2.5 * SECONDS, time);
    const get = (key: string) => (key === 'slow' ? slow.get(key) : noAnswer());
    const store = timeLimited({ ...promptStore, get }, time.timer);
    await timed(time, store.get('slow'));
    for (let n = 0; n < 10; n += 1) await timed(time, store.get('silent'));
    expect(time.now()).toBe(6 * SECONDS);
  });

  test('A slow answer does not hide for how long another command has been silent', async () => {
    const slow = delayed(1.5 * SECONDS, time);
    const get = (key: string) => (key === 'slow' ? slow.get(key) : noAnswer());
    const store = timeLimited({ ...promptStore, get }, time.timer);
    const commands = [
      [0, 'silent'],
      [1000, 'slow'],
      [4000, 'silent'],
    ] as const;
    expect(await lastEnd(store, commands)).toBe(7 * SECONDS);
    expect(await timed(time, store.get('silent'))).toEqual({ took: 0, outcome: 'rejected' });
  });

  test('A store that fell silent for one command is used again', async () => {
    let isSilent = true;
    const get = (key: string) => (isSilent ? noAnswer() : promptStore.get(key));
    const store = timeLimited({ ...promptStore, get }, time.timer);
    await timed(time, store.get('key'));
    isSilent = false;
    expect((await timed(time, store.get('key'))).outcome).toBe('value of key');
  });

  test('A store that answers after 1.8 seconds each time is cut off before the step runs out', async () => {
    const store = timeLimited(delayed(1.8 * SECONDS, time), time.timer);
    const outcomes = [];
    for (let n = 0; n < 5; n += 1) outcomes.push((await timed(time, store.get('key'))).outcome);
    expect(outcomes).toEqual(['key', 'key', 'key', 'rejected', 'rejected']);
  });

  test('A store that answers within a second is never cut off', async () => {
    const store = timeLimited(delayed(0.9 * SECONDS, time), time.timer);
    const outcomes = [];
    for (let n = 0; n < 50; n += 1) outcomes.push((await timed(time, store.get('key'))).outcome);
    expect(new Set(outcomes)).toEqual(new Set(['key']));
  });

  test('A late answer after the limit changes nothing', async () => {
    const late = delayed(4 * SECONDS, time);
    const { outcome } = await timed(time, timeLimited(late, time.timer).get('key'));
    await time.pass(2 * SECONDS);
    expect(outcome).toBe('rejected');
  });

  test('Real time limits a command if no other timer is given', async () => {
    await expect(timeLimited(silentStore).get('key')).rejects.toThrow('did not answer in time');
  });
});
