import { type LoopName, type LoopState, startLoop } from '../../../../lib/hosts/hub/schedule/loop.ts';
import { HOUR, MINUTE, systemClock } from '../../../../lib/runtime.ts';
import { jumpingClock } from '../../../support/jumping-clock.ts';

/** A clock whose sleeps end only when they are stopped, and what was slept and logged. */
function quietRuntime() {
  const slept: number[] = [];
  const logged: string[] = [];
  const clock = {
    now: systemClock.now,
    sleep: (ms: number, stop?: AbortSignal) => {
      slept.push(ms);
      return systemClock.sleep(HOUR, stop);
    },
  };
  return { clock, log: (message: string) => logged.push(message), slept, logged };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('Loop', () => {
  test('A loop sleeps for as long as its work says, and shows every minute that it goes on', async () => {
    const clock = jumpingClock();
    const loops = new Map<LoopName, LoopState>();
    let times = 0;
    const loop = startLoop({ clock, log: () => {}, loops }, 'visits', () => {
      times += 1;
      return HOUR;
    });
    await clock.jump(59 * MINUTE, () => true);
    expect([times, Number(loops.get('visits')?.dueAt) - clock.now() <= MINUTE]).toEqual([1, true]);
    await clock.jump(2 * MINUTE, () => true);
    expect(times).toBe(2);
    await loop.stop();
  });

  test('A wake during the work is not forgotten', async () => {
    const runtime = quietRuntime();
    let times = 0;
    const loop = startLoop(runtime, 'visits', () => {
      times += 1;
      if (times === 1) loop.wake();
      return HOUR;
    });
    await settled();
    await loop.stop();
    expect(times).toBe(2);
  });

  test('After an error the work is done again a minute later', async () => {
    const runtime = quietRuntime();
    let times = 0;
    const loop = startLoop(runtime, 'visits', () => {
      times += 1;
      if (times === 1) throw new Error('the disk is full');
      return HOUR;
    });
    await settled();
    loop.wake();
    await settled();
    await loop.stop();
    expect([times, runtime.slept, runtime.logged]).toEqual([
      2,
      [MINUTE, MINUTE],
      ['an error in the loop of visits'],
    ]);
  });

  test('A loop shows since when its work has only failed', async () => {
    const clock = jumpingClock();
    const loops = new Map<LoopName, LoopState>();
    let fails = true;
    const loop = startLoop({ clock, log: () => {}, loops }, 'visits', () => {
      if (fails) throw new Error('the disk is full');
      return MINUTE;
    });
    const startedAt = clock.now();
    await clock.jump(20 * MINUTE, () => true);
    const { failingSince = 0, hasWorked } = loops.get('visits') ?? {};
    fails = false;
    await clock.jump(2 * MINUTE, () => true);
    await loop.stop();
    expect([failingSince - startedAt < MINUTE, hasWorked]).toEqual([true, false]);
    expect(loops.get('visits')).toMatchObject({ failingSince: undefined, hasWorked: true });
  });

  test('A loop that is stopped ends its work first', async () => {
    let isDone = false;
    const loop = startLoop(quietRuntime(), 'visits', async () => {
      await settled();
      await settled();
      isDone = true;
      return HOUR;
    });
    await settled();
    await loop.stop();
    expect([isDone, loop.isStopped()]).toEqual([true, true]);
  });
});
