/**
 * `/store`: the store of the engine over HTTP, for a Zapier app with a key of the kind `store`. Only keys of the engine
 * can be read or written, with values of their kind. Nobody writes a card but by a claim, and a claim never takes more than the calls of a day.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { pauseKey } from '../../../budget/breaker.ts';
import { rateKey } from '../../../budget/rate-limiter.ts';
import { fail } from '../../../problems.ts';
import { DAY, HOUR, SECOND } from '../../../runtime.ts';
import { cardKeys, MARKER_TTL_SECONDS } from '../../../stores/card.ts';
import { bearerOf } from '../access/bearer.ts';
import { keysIn } from '../access/keys.ts';
import type { HubServices } from '../api/services.ts';
import { serverNow } from '../shops/server-time.ts';
import { isDeletable, isEngineKey, isMarker, secondsFor } from './families.ts';

const MAX_VALUE = 32 * 1024;
const MAX_KEYS = 50;
const MAX_TTL_SECONDS = 180 * 86_400;

const key = z.string().max(400).refine(isEngineKey);
const entry = z.object({
  key,
  value: z.string().max(MAX_VALUE),
  ttlSeconds: z.int().min(1).max(MAX_TTL_SECONDS),
});
const claim = z.object({
  keys: z.object({ card: z.string(), marker: z.string() }),
  day: z.iso.date(),
  dayEnd: z.number(),
  id: z.string().max(100),
  firstSlot: z.int().min(1),
  lastSlot: z.int(),
  isNewShop: z.boolean(),
  ttlSeconds: z.int().min(1).max(MAX_TTL_SECONDS),
  /** By the clock of the app, which goes by it again when it waits for its rate slot. */
  now: z.number(),
  gate: z.object({ pause: z.string(), rate: z.string() }).optional(),
});
const CARD = /^slots:(\d{1,20}|app-[\w-]{8}):/;
/** How far the clocks of the hub and of the app may be apart. */
const MAX_APART_MS = HOUR;

export function mountStore(server: FastifyInstance, { runtime }: HubServices): void {
  const { database, settings } = runtime;
  const { store } = database;
  const now = () => serverNow(runtime);
  const api = server.withTypeProvider<ZodTypeProvider>();
  const check = (request: FastifyRequest): void => {
    const found = keysIn(database).find(bearerOf(request), now());
    if (found?.kind !== 'store') fail('key_refused', {});
  };
  const hidden = <T extends z.ZodType>(body: T) => ({ schema: { hide: true, body } });

  api.post('/store/get', hidden(z.object({ key })), async (request) => {
    check(request);
    return { value: await store.get(request.body.key) };
  });
  api.post('/store/get-many', hidden(z.object({ keys: z.array(key).max(MAX_KEYS) })), async (request) => {
    check(request);
    return { values: await Promise.all(request.body.keys.map((each) => store.get(each))) };
  });
  for (const command of ['set', 'add'] as const)
    api.post(`/store/${command}`, hidden(entry), async (request) => {
      check(request);
      const { key: name, value } = request.body;
      const isKnown = command === 'set' && isMarker(name) && (await store.get(name)) === value;
      const seconds = isKnown ? MARKER_TTL_SECONDS : secondsFor(request.body, command);
      return { done: await store[command](name, value, seconds ?? fail('key_refused', {})) };
    });
  api.post('/store/delete', hidden(z.object({ key })), async (request) => {
    check(request);
    if (!isDeletable(request.body.key)) return fail('key_refused', {});
    return { done: await store.delete(request.body.key) };
  });
  api.post('/store/claim', hidden(claim), async (request) => {
    check(request);
    const { keys, day, dayEnd, gate, lastSlot, ttlSeconds, now: appNow, ...rest } = request.body;
    const hubNow = now();
    const [, seller] = CARD.exec(keys.card) ?? [];
    if (seller === undefined || keys.card !== cardKeys(seller, day).card || !isToday(day, dayEnd, hubNow))
      return fail('key_refused', {});
    const limit = seller.startsWith('app-') ? (settings.appDailyCallLimit ?? 0) : settings.dailyCallLimit;
    const answer = await store.claim?.({
      ...rest,
      day,
      dayEnd,
      now: hubNow,
      // What was taken is known until the day is over, whatever the app says.
      ttlSeconds: Math.max(ttlSeconds, Math.ceil((dayEnd - hubNow + DAY) / SECOND)),
      keys: cardKeys(seller, day),
      lastSlot: Math.min(lastSlot, limit),
      ...(gate && { gate: { pause: pauseKey(seller), rate: rateKey(seller) } }),
    });
    return answer?.outcome === 'granted' ? { ...answer, sendAt: appNow + answer.sendAt - hubNow } : answer;
  });
}

/** Whether the calendar day, of any time zone, is the current one. @param dayEnd epoch milliseconds */
const isToday = (day: string, dayEnd: number, now: number): boolean =>
  Math.abs(Date.parse(day) + DAY - dayEnd) <= 14 * HOUR &&
  now >= dayEnd - 25 * HOUR - MAX_APART_MS &&
  now <= dayEnd + MAX_APART_MS;
