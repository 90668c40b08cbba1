/** The periods that figures can be about. */

import { dayIn } from '../budget/quota-day.ts';
import { HOUR } from '../runtime.ts';

/** Epoch milliseconds, [from, to). */
export interface Period {
  from: number;
  to: number;
}

/** The choices of an input. */
export const PERIODS = {
  today: { en: 'Today so far', zh: '今天至今' },
  yesterday: { en: 'Yesterday', zh: '昨天' },
  last_24_hours: { en: 'Last 24 hours', zh: '最近 24 小时' },
  last_36_hours: { en: 'Last 36 hours', zh: '最近 36 小时' },
};

/** @param now epoch milliseconds */
export function periodOf(name: keyof typeof PERIODS, zone: string, now: number): Period {
  const dayOf = dayIn(zone);
  const today = dayOf(now);
  switch (name) {
    case 'today':
      return { from: today.start, to: now };
    case 'yesterday':
      return { from: dayOf(today.start - 1).start, to: today.start };
    case 'last_24_hours':
      return { from: now - 24 * HOUR, to: now };
    case 'last_36_hours':
      return { from: now - 36 * HOUR, to: now };
  }
}
