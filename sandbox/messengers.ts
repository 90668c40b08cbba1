/**
 * The part that the simulators of all messengers share: a group with a bot. Path, form, size and rate of a message are
 * checked against the channel's declaration. Signatures, codes and texts are written in each simulator again, so that a
 * mistake in the declaration is found.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ChannelDeclaration } from '../lib/channels/channel.ts';
import type { Severity } from '../lib/pack/operation.ts';
import { type Clock, MINUTE, SECOND } from '../lib/runtime.ts';
import { groupPage } from './group-page.ts';

export interface DeliveredCard {
  /** Epoch milliseconds on the sandbox's clock. */
  at: number;
  title: string;
  /** As a reader sees it, but with the marks of bold and italic. */
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
  /** The webhook address; empty until the sandbox listens. */
  address: string;
  /** The webhook address without its origin. */
  path: string;
  token: string;
  /** Set if the bot checks signatures. */
  secret?: string;
  /** Set if the bot requires a keyword. */
  keyword?: string;
  /** A word that the messenger's moderation blocks. */
  blockedWord?: string;
  /** Set if the bot has an IP allowlist without the address of this machine. */
  refusesThisAddress?: true;
  cards: DeliveredCard[];
  /** Number of refusals by code. */
  refusals: Map<number, number>;
  /** Times of the messages accepted in the last minute, epoch milliseconds. */
  recent: number[];
  /** The bot rejects every message until then, epoch milliseconds. */
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
  /** The message as the group shows it; left out if it is refused. */
  card?: Omit<DeliveredCard, 'at' | 'body'>;
}

export interface MessengerSimulator {
  channel: ChannelDeclaration;
  newToken(): string;
  receive(group: Group, request: BotRequest): BotAnswer;
}

export interface GroupOptions {
  clock: Clock;
  secret?: string;
}

/** A group that has received nothing. */
export function openGroup({ channel, newToken }: MessengerSimulator, { clock, secret }: GroupOptions): Group {
  const token = newToken();
  return {
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
}

/** What the bot answers. An accepted message appears in the group. */
export function post({ receive }: MessengerSimulator, group: Group, request: BotRequest): BotAnswer {
  const answer = receive(group, request);
  const at = group.clock.now();
  if (answer.card) {
    group.recent.push(at);
    group.cards.push({ ...answer.card, at, body: request.body });
  } else group.refusals.set(answer.code, (group.refusals.get(answer.code) ?? 0) + 1);
  return answer;
}

/** Opens a group and answers requests to its webhook address. */
export function mountGroup(
  server: FastifyInstance,
  simulator: MessengerSimulator,
  options: GroupOptions,
): Group {
  const group = openGroup(simulator, options);
  const { channel, token } = group;
  const { pathname, searchParams } = new URL(channel.address.path, 'http://localhost');
  const [inQuery] = searchParams.keys();
  type Route = { Params: Record<string, string>; Querystring: Record<string, string> };
  const route = inQuery ? pathname : `${pathname}:token`;
  const tokenIn = ({ params, query }: Pick<FastifyRequest<Route>, 'params' | 'query'>) =>
    String(inQuery ? query[inQuery] : params.token);
  server.get<Route>(route, (request, reply) =>
    tokenIn(request) === token
      ? reply.type('text/html; charset=utf-8').send(groupPage(channel.name, group.cards, group.clock.now()))
      : reply.callNotFound(),
  );
  server.post<Route>(route, (posted, reply) => {
    const { query, headers, body } = posted;
    const given = tokenIn(posted);
    const request = { token: given, query, contentType: headers['content-type'] ?? '', body: String(body) };
    const { status = 200, json } = post(simulator, group, request);
    return reply.code(status).send(json);
  });
  return group;
}

/** Whether one more message would exceed the rate limit of the channel. */
export function isTooFrequent(group: Group): boolean {
  const now = group.clock.now();
  const { limits } = group.channel;
  group.recent = group.recent.filter((at) => at > now - MINUTE);
  const inLastSecond = group.recent.filter((at) => at > now - SECOND);
  return group.recent.length >= limits.perMinute || inLastSecond.length >= (limits.perSecond ?? Infinity);
}

export const isTooLong = (body: string, { limits }: ChannelDeclaration): boolean =>
  Buffer.byteLength(body) > limits.bytes;

/** The severity whose color or emoji is shown. */
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
