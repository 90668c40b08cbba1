import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { virtualClock } from '../../sandbox/virtual-clock.ts';

const START = Date.parse('2026-11-21T02:00:00Z');

describe('Virtual clock', () => {
  test('A virtual clock shows its start time', () => {
    expect(virtualClock(START).now()).toBe(START);
  });

  test('A virtual clock stands still while real time passes', async () => {
    const clock = virtualClock(START);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(clock.now()).toBe(START);
  });

  test('Sleeping moves the virtual clock', async () => {
    const clock = virtualClock(START);
    await clock.sleep(1500);
    expect(clock.now()).toBe(START + 1500);
  });

  test('Other tasks run during a sleep', async () => {
    const clock = virtualClock(START);
    const order: string[] = [];
    setImmediate(() => order.push('other task'));
    await clock.sleep(1);
    order.push('sleeping task');
    expect(order).toEqual(['other task', 'sleeping task']);
  });

  test('A virtual clock moves to the given time', () => {
    const clock = virtualClock(START);
    clock.advanceTo(START + 60_000);
    expect(clock.now()).toBe(START + 60_000);
  });

  test('A virtual clock never moves back', () => {
    const clock = virtualClock(START);
    clock.advanceTo(START - 60_000);
    expect(clock.now()).toBe(START);
  });

  test('A virtual clock shows whole milliseconds', async () => {
    const clock = virtualClock(START);
    await clock.sleep(0.25);
    expect(clock.now()).toBe(START + 1);
  });

  test('Clocks that share memory show the same time', () => {
    const clock = virtualClock(START);
    const other = virtualClock(clock.shared);
    clock.advanceTo(START + 60_000);
    expect(other.now()).toBe(START + 60_000);
  });

  test('Sharing a clock does not reset it', () => {
    const clock = virtualClock(START);
    virtualClock(clock.shared);
    expect(clock.now()).toBe(START);
  });

  test('Another thread can move a shared clock', async () => {
    const clock = virtualClock(START);
    const thread = new Worker(new URL('../support/clock-thread.ts', import.meta.url), {
      workerData: { shared: clock.shared, at: START + 60_000 },
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    await once(thread, 'exit');
    expect(clock.now()).toBe(START + 60_000);
  });
});
