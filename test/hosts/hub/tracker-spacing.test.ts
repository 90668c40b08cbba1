import { openTracker } from '../../../lib/hosts/hub/shops/tracker.ts';
import type { Transport } from '../../../lib/http/transport.ts';
import { fixedClock } from '../../support/fixed-clock.ts';

const QUOTA = { code: 0, data: { quota_total: 100, quota_used: 1, quota_remain: 99 } };

/** Shops with these keys ask 17TRACK side by side, each five times. @returns when requests were sent, milliseconds */
async function sentSideBySide(keys: readonly string[]): Promise<number[]> {
  const clock = fixedClock(0);
  // Side by side, the clock does not stand at the end of each pause, so each request notes its own.
  const sent: number[] = [];
  const waiting = { ...clock, sleep: async (ms: number) => void sent.push(ms) };
  const tracker: Transport = async () => ({ status: 200, body: JSON.stringify(QUOTA) });
  const services = { settings: {} as never, tracker, clock: waiting, random: () => 0 };
  const trackers = keys.map((key) => openTracker(services, key));
  for (let n = 0; n < 5; n += 1) await Promise.all(trackers.map((each) => each.credits()));
  return sent;
}

test('Shops with one key at the tracker share its three requests a second', async () => {
  const waits = await sentSideBySide(['K', 'K']);
  expect(waits).toHaveLength(9);
  for (const [n, at] of [0, ...waits].entries()) expect(at).toBeGreaterThanOrEqual(Math.floor(n / 3) * 1000);
});

test('Shops with keys of their own do not wait for each other', async () => {
  const waits = await sentSideBySide(['K', 'L']);
  expect(waits).toHaveLength(8);
  expect(Math.max(...waits)).toBeLessThan(2000);
});
