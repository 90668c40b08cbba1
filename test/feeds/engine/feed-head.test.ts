import * as z from 'zod';
import { createPacer } from '../../../lib/budget/pacer.ts';
import { dayIn } from '../../../lib/budget/quota-day.ts';
import { headFormat } from '../../../lib/feeds/engine/feed-head.ts';
import { HOUR, SECOND } from '../../../lib/runtime.ts';
import { stored } from '../../../lib/stores/stored.ts';

test.each([1, SECOND, 6 * SECOND, HOUR])(
  'What the pacer has planned %i ms before the end of a day can be read again',
  (left) => {
    const day = dayIn('Asia/Shanghai')(Date.parse('2026-11-21T02:00:00Z'));
    const now = day.end - left;
    const facts = { now, day, calls: 1, used: 2, limit: 2000, events: [] };
    const pacing = createPacer({ weight: 5, cost: 1 }).afterVisit(undefined, facts);
    const format = headFormat(stored({ name: z.string().default('') }));
    expect(format.parse(JSON.parse(JSON.stringify({ pacing }))).pacing).toEqual(pacing);
  },
);
