/** Sends a message to a bot and reports the outcome. */

import { createHash } from 'node:crypto';
import { type HttpAnswer, type Transport, TransportFailure } from '../http/transport.ts';
import { fail, REFUSAL_REASONS } from '../problems.ts';
import { type Clock, MINUTE } from '../runtime.ts';
import { type Classified, classify } from './answer.ts';
import type { ChannelDeclaration, Message } from './channel.ts';
import { compose } from './compose.ts';

/** Waits before the next attempts while the bot is busy, of a sender that waits. */
const RETRY_AFTER_MS = [1000, 2000, 4000];
/** When the message may be sent again after the last attempt. */
const PAUSE_MS = MINUTE;

export interface Delivery {
  /** Made by the connector, because bots do not return message ids. */
  id: string;
  /** Epoch milliseconds. */
  sentAt: number;
  isTruncated: boolean;
}

export interface Sender {
  transport: Transport;
  clock: Clock;
  /** Whether it tries again while the bot is busy. Otherwise the caller does. */
  waits?: boolean;
}

/**
 * @param address checked by `readAddress`
 * @param secret used by channels with signatures
 * @throws Problem `channel_*`; with `channel_answer_lost` the message may have been delivered, so it is not sent again
 */
export async function sendMessage(
  channel: ChannelDeclaration,
  { address, secret, message }: { address: string; secret?: string; message: Message },
  { transport, clock, waits = true }: Sender,
): Promise<Delivery> {
  for (let attempt = 0; ; attempt += 1) {
    const sentAt = clock.now();
    const { url, body, isTruncated } = toRequest(channel, address, secret, message, sentAt);
    const answer = await post(channel, url, body, transport);
    const outcome = classify(channel, answer);
    if (outcome.is === 'delivered') return { id: idOf(body, sentAt), sentAt, isTruncated };
    const wait = waits ? RETRY_AFTER_MS[attempt] : undefined;
    if (outcome.is !== 'busy' || outcome.pauseMs !== undefined || wait === undefined)
      return failWith(channel, outcome);
    await clock.sleep(wait);
  }
}

/** The request of one attempt, signed with its time. */
function toRequest(
  channel: ChannelDeclaration,
  address: string,
  secret: string | undefined,
  message: Message,
  now: number,
): { url: string; body: string; isTruncated: boolean } {
  const { signing } = channel;
  const fields = signing && secret ? signing.sign(secret, now) : {};
  if (signing?.place !== 'query') return { url: address, ...compose(channel, message, fields) };
  const query = new URLSearchParams(fields).toString();
  return {
    url: query ? address + (address.includes('?') ? '&' : '?') + query : address,
    ...compose(channel, message),
  };
}

const post = (
  { name }: ChannelDeclaration,
  url: string,
  body: string,
  transport: Transport,
): Promise<HttpAnswer> =>
  transport({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body,
  }).catch((error: unknown) => {
    if (!(error instanceof TransportFailure)) throw error;
    return fail(error.reason === 'not_sent' ? 'channel_unreachable' : 'channel_answer_lost', {
      channel: name,
    });
  });

const idOf = (body: string, sentAt: number): string =>
  createHash('sha256').update(`${sentAt}\n${body}`).digest('hex').slice(0, 16);

function failWith(
  { name, limits }: ChannelDeclaration,
  outcome: Exclude<Classified, { is: 'delivered' }>,
): never {
  const { code } = outcome;
  switch (outcome.is) {
    case 'busy':
      return fail('channel_busy', { channel: name, code, retryIn: outcome.pauseMs ?? PAUSE_MS });
    case 'address':
      return fail('channel_address_refused', { channel: name, code });
    case 'signature':
      return fail('channel_signature_refused', { channel: name });
    case 'ip':
      return fail('channel_ip_refused', { channel: name });
    case 'keyword':
      return fail('channel_keyword_missing', { channel: name });
    case 'too_long':
      return fail('channel_message_too_long', { channel: name, limit: limits.bytes });
    case 'message':
      return fail('channel_message_refused', {
        channel: name,
        code,
        reason: REFUSAL_REASONS[outcome.reason],
      });
    case 'unreachable':
      return fail('channel_unreachable', { channel: name });
    case 'unknown':
      return fail('channel_answer_lost', { channel: name });
  }
}
