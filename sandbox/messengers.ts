/**
 * Groups with a bot, as the stand-ins of all messengers have them. Address, form, size and rate of a message are checked
 * against the channel's declaration; signature, codes and texts are each stand-in's own, so that a mistake in the
 * declaration shows.
 */

import type { FastifyInstance } from 'fastify';
import type { ChannelDeclaration } from '../lib/channels/channel.ts';
import type { Severity } from '../lib/pack/operation.ts';
import { type Clock, MINUTE, SECOND } from '../lib/runtime.ts';

export interface DeliveredCard {
  /** Epoch milliseconds on the sandbox's clock. */
  at: number;
  title: string;
  /** As a reader sees it, with the marks of bold and italic. */
  text: string;
  severity: Severity;
  link?: string;
  mentionsEveryone: boolean;
  /** The body as it came. */
  body: string;
}

export interface Group {
  channel: ChannelDeclaration;
  clock: Clock;
  /** The webhook address, as soon as the sandbox listens. */
  address: string;
  /** The same without its origin. */
  path: string;
  token: string;
  /** Set if the bot checks signatures. */
  secret?: string;
  /** Set if the bot wants a keyword. */
  keyword?: string;
  /** Set if the messenger's moderation objects to a word. */
  blockedWord?: string;
  /** Set if the bot takes messages from listed addresses only, and ours is not among them. */
  refusesThisAddress?: true;
  cards: DeliveredCard[];
  /** Code → how often it was answered. */
  refusals: Map<number, number>;
  /** When the messages of the last minute were taken, epoch milliseconds. */
  recent: number[];
  /** Until when the bot is silenced, epoch milliseconds. */
  silencedUntil: number;
}

export interface BotRequest {
  token: string;
  query: Readonly<Record<string, string>>;
  contentType: string;
  body: string;
}

export interface BotAnswer {
  /** HTTP; 200. */
  status?: number;
  code: number;
  json: object;
  /** What the group shows, if the bot took the message. */
  card?: Omit<DeliveredCard, 'at' | 'body'>;
}

export interface StandIn {
  channel: ChannelDeclaration;
  newToken(): string;
  receive(group: Group, request: BotRequest): BotAnswer;
}

/** Opens a group at a stand-in and answers what is posted to the webhook address. */
export function mountGroup(
  server: FastifyInstance,
  { channel, newToken, receive }: StandIn,
  options: { clock: Clock; secret?: string },
): Group {
  const token = newToken();
  const { clock, secret } = options;
  const group: Group = {
    channel,
    clock,
    address: '',
    path: channel.address.path + token,
    token,
    ...(secret !== undefined && channel.signing && { secret }),
    cards: [],
    refusals: new Map(),
    recent: [],
    silencedUntil: 0,
  };
  const { pathname, searchParams } = new URL(channel.address.path, 'http://localhost');
  const [inQuery] = searchParams.keys();
  server.post<{ Params: Record<string, string>; Querystring: Record<string, string> }>(
    inQuery ? pathname : `${pathname}:token`,
    ({ params, query, headers, body }, reply) => {
      const given = String(inQuery ? query[inQuery] : params.token);
      const request = { token: given, query, contentType: headers['content-type'] ?? '', body: String(body) };
      const { status = 200, code, json, card } = receive(group, request);
      if (card) {
        group.recent.push(clock.now());
        group.cards.push({ ...card, at: clock.now(), body: request.body });
      } else group.refusals.set(code, (group.refusals.get(code) ?? 0) + 1);
      return reply.code(status).send(json);
    },
  );
  return group;
}

/** Whether one more message now would be more than the channel allows. */
export function isTooFrequent(group: Group): boolean {
  const now = group.clock.now();
  const { limits } = group.channel;
  group.recent = group.recent.filter((at) => at > now - MINUTE);
  const inLastSecond = group.recent.filter((at) => at > now - SECOND);
  return group.recent.length >= limits.perMinute || inLastSecond.length >= (limits.perSecond ?? Infinity);
}

export const isTooLong = (body: string, { limits }: ChannelDeclaration): boolean =>
  Buffer.byteLength(body) > limits.bytes;

/** The severity that the channel shows by a color or an emoji. */
export const severityOf = (
  { severity }: ChannelDeclaration,
  isShown: (mark: string) => boolean,
): Severity => {
  const [found] = (['urgent', 'warning', 'info'] as const).filter((each) => isShown(severity.marks[each]));
  return found ?? 'info';
};

export function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
