import { startLoop } from '../../../../lib/hosts/hub/schedule/loop.ts';
import { HOUR, MINUTE, systemClock } from '../../../../lib/runtime.ts';

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
  test('A loop sleeps for as long as its work says', async () => {
    const runtime = quietRuntime();
    const loop = startLoop(runtime, 'visits', () => 5 * MINUTE);
    await settled();
    await loop.stop();
    expect(runtime.slept).toEqual([5 * MINUTE]);
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
      [MINUTE, HOUR],
      ['an error in the loop of visits'],
    ]);
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
