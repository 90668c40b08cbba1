/** Where the action "Send Feishu Card" delivers to. */

import type { Transport } from '../http/transport.ts';
import { type Severity, sink } from '../pack/operation.ts';
import type { Clock } from '../runtime.ts';
import { readBotAddress } from './address.ts';
import { sendCard } from './bot.ts';

export interface FeishuServices {
  transport: Transport;
  clock: Clock;
  /** An origin on this machine that is allowed beside Feishu's own. */
  feishuOrigin?: string;
}

export interface CardReceipt extends Record<string, unknown> {
  title: string;
  sent_at: string;
  trimmed: boolean;
}

export const feishuBot = sink({
  key: 'feishu_bot',
  readsInputs: ['bot_address', 'signing_code', 'title', 'text', 'severity', 'link', 'mention'],
  deliver: async (inputs, { transport, clock, feishuOrigin }: FeishuServices): Promise<CardReceipt> => {
    const title = String(inputs.title);
    const { trimmed } = await sendCard(
      readBotAddress(String(inputs.bot_address), feishuOrigin),
      inputs.signing_code as string | undefined,
      {
        title,
        text: String(inputs.text),
        severity: inputs.severity as Severity,
        mention: inputs.mention as 'nobody' | 'everyone',
        ...(inputs.link !== undefined && { link: String(inputs.link) }),
      },
      { transport, clock },
    );
    return { title, sent_at: new Date(clock.now()).toISOString(), trimmed };
  },
});
