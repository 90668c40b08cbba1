import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { virtualClock } from '../../../lib/hosts/local/virtual-clock.ts';

const START = Date.parse('2026-11-21T02:00:00Z');

describe('A virtual clock', () => {
  test('shows the time it was started with', () => {
    expect(virtualClock(START).now()).toBe(START);
  });

  test('stands still while real time passes', async () => {
    const clock = virtualClock(START);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(clock.now()).toBe(START);
  });

  test('is moved by sleeping', async () => {
    const clock = virtualClock(START);
    await clock.sleep(1500);
    expect(clock.now()).toBe(START + 1500);
  });

  test('lets others have their turn while somebody sleeps', async () => {
    const clock = virtualClock(START);
    const order: string[] = [];
    setImmediate(() => order.push('another'));
    await clock.sleep(1);
    order.push('the sleeper');
    expect(order).toEqual(['another', 'the sleeper']);
  });

  test('moves to the time it is told', () => {
    const clock = virtualClock(START);
    clock.advanceTo(START + 60_000);
    expect(clock.now()).toBe(START + 60_000);
  });

  test('never moves back', () => {
    const clock = virtualClock(START);
    clock.advanceTo(START - 60_000);
    expect(clock.now()).toBe(START);
  });

  test('shows whole milliseconds', async () => {
    const clock = virtualClock(START);
    await clock.sleep(0.25);
    expect(clock.now()).toBe(START + 1);
  });

  test('shows the same time to everybody who shares it', () => {
    const clock = virtualClock(START);
    const other = virtualClock(clock.shared);
    clock.advanceTo(START + 60_000);
    expect(other.now()).toBe(START + 60_000);
  });

  test('is not reset by somebody who comes to share it', () => {
    const clock = virtualClock(START);
    virtualClock(clock.shared);
    expect(clock.now()).toBe(START);
  });

  test('can be moved from another thread', async () => {
    const clock = virtualClock(START);
    const thread = new Worker(new URL('../../support/clock-thread.ts', import.meta.url), {
      workerData: { shared: clock.shared, at: START + 60_000 },
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    await once(thread, 'exit');
    expect(clock.now()).toBe(START + 60_000);
  });
});
