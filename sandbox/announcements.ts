/** What carriers announce, every few days. */

import { DAY } from '../lib/runtime.ts';
import { wholeSecond } from './pacific.ts';
import { carriers } from './parcels/carriers.ts';
import type { RandomSource } from './random.ts';

export interface Announcement {
  /** Epoch milliseconds. */
  at: number;
  title: string;
  description: string;
  url: string;
}

const texts = [
  ['线路时效延误通知', '因航班取消，预计延误 3 至 5 天。'],
  ['线路暂停收寄通知', '因目的国海关系统升级，暂停收寄。'],
  ['线路恢复通知', '线路已恢复正常收寄。'],
] as const;

export function announceLines(from: number, to: number, random: RandomSource): Announcement[] {
  const announced: Announcement[] = [];
  for (let at = from; ; ) {
    at += random.exponential(4 * DAY);
    if (at >= to) return announced;
    const [title, description] = random.pick(texts);
    const url = `https://csp.aliexpress.com/notice/${announced.length + 1}`;
    announced.push({
      at: wholeSecond(at),
      title: `${random.pick(carriers).name} ${title}`,
      description,
      url,
    });
  }
}
