/** Messages to test with, and an invented channel whose declaration holds nothing but what a test needs. */

import * as z from 'zod';
import { type ChannelDeclaration, channel, type Message } from '../../lib/channels/channel.ts';
import type { Clock } from '../../lib/runtime.ts';
import { fixedClock } from './fixed-clock.ts';

export const aMessage = (changes: Partial<Message> = {}): Message => ({
  title: '新订单 8201739405562817',
  text: '**金额** 12.50 USD',
  severity: 'info',
  mention: 'nobody',
  ...changes,
});

/** Its body is the draft, so that a test sees what a channel is given. */
export const pager = channel({
  key: 'pager',
  name: { en: 'Pager', zh: '寻呼' },
  description: { en: 'Sends a message to a pager.', zh: '向寻呼机发送消息。' },
  address: {
    origins: ['https://pager.example'],
    path: '/hook/',
    token: /[a-z]{4,8}/,
    help: { en: 'On the back of the pager.', zh: '寻呼机背面。' },
  },
  severity: { shownAs: 'emoji', marks: { info: 'i', warning: 'w', urgent: 'u' } },
  markup: {
    escape: (text) => text.replace(/[<>]/g, (mark) => `\\${mark}`),
    bold: (escaped) => `<b>${escaped}</b>`,
    italic: (escaped) => `<i>${escaped}</i>`,
    lineBreak: '<br>',
  },
  form: z.strictObject({
    title: z.string(),
    text: z.string(),
    mark: z.string(),
    mention: z.string(),
    link: z.string().optional(),
  }),
  build: (draft) => draft,
  limits: { bytes: 500, perMinute: 10 },
  answers: {
    form: z.object({ code: z.number(), text: z.string().catch('') }),
    rules: [
      { code: 0, is: 'delivered' },
      { code: 1, text: /slow down/, is: 'busy' },
      { code: 1, is: 'message', reason: 'bad_format' },
      { code: [2, 3], is: 'address' },
      { code: 4, is: 'busy', pauseMs: 600_000 },
      { code: 5, is: 'too_long' },
    ],
  },
}) satisfies ChannelDeclaration;

/** A clock that stands still but for its sleeps, and the sleeps it was asked for. */
export function recordingClock(start: string): { clock: Clock; waits: number[] } {
  const fixed = fixedClock(start);
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
    fixed.advance(ms);
  };
  return { clock: { ...fixed, sleep }, waits };
}
