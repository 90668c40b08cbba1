import { emptyTimeMemo } from '../../../../lib/aliexpress/server-time.ts';
import type { ProcessMemo } from '../../../../lib/engine/shop.ts';
import { interruptedBy } from '../../../../lib/hosts/hub/service/interruption.ts';
import { serverTimeOf } from '../../../../lib/hosts/hub/shops/server-time.ts';
import { MINUTE } from '../../../../lib/runtime.ts';

describe('The clock of a hub', () => {
  test('It notices that the clock of the machine was set since AliExpress has confirmed it', () => {
    let [now, elapsed] = [Date.parse('2026-10-01T12:00:00Z'), 0];
    const host = { now: () => now, elapsed: () => elapsed, sleep: async () => {} };
    const clock = interruptedBy(host, new AbortController().signal);
    const time = serverTimeOf({ clock, memo: { time: emptyTimeMemo() } as ProcessMemo });
    time.clock.correct?.(now);
    now += 5 * MINUTE;
    elapsed += 5 * MINUTE;
    expect(time.isConfirmed()).toBe(true);
    now += 20 * MINUTE;
    expect(time.isConfirmed()).toBe(false);
  });
});
