/** The alert channel: show, set, test, remove. Its address and its secret are never shown again. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { fail, isProblem } from '../../../problems.ts';
import { DAY } from '../../../runtime.ts';
import { alertsIn } from '../alerts/alerts.ts';
import {
  type AlertChannel,
  alertChannelOf,
  keepAlertChannel,
  removeAlertChannel,
  sendToAlertChannel,
} from '../alerts/channel.ts';
import type { HubServices } from '../api/services.ts';
import { idText } from '../api/texts.ts';
import { allBots } from '../recipes/bots.ts';
import { secretKey } from '../recipes/steps.ts';
import type { HubRuntime } from '../runtime.ts';
import { bilingual, listOf, problemAnswer, time, toIso, toProblemAnswer } from './answers.ts';

/** Alerts that are older than this when a channel is set are not sent any more: the page shows them. */
const MAX_AGE_MS = DAY;
const MAX_ALERTS = 50;

export function mountAlertChannel(server: FastifyInstance, { runtime, alertSender }: HubServices): void {
  const { database, clock, log } = runtime;
  const api = server.withTypeProvider<ZodTypeProvider>();
  const alerts = alertsIn(database);

  const toAnswer = (): z.infer<typeof alertChannelAnswer> => {
    const problem = alertSender.problem();
    return {
      channel: alertChannelOf(runtime)?.channel ?? null,
      has_secret: alertChannelOf(runtime)?.secret !== undefined,
      bots: allBots(runtime).map(({ channel, shop, recipe }) => ({
        channel: channel.key,
        shop: shop.id,
        shop_name: shop.name,
        recipe: recipe.key,
        title: recipe.title,
      })),
      channels: runtime.registry.channels.map(({ key, name, address, signing }) => ({
        key,
        name,
        address_help: address.help,
        secret_help: signing?.help ?? null,
      })),
      problem: problem ? toProblemAnswer(problem) : null,
    };
  };

  api.get('/admin/alert-channel', { schema: { response: { 200: alertChannelAnswer } } }, async () =>
    toAnswer(),
  );

  api.put(
    '/admin/alert-channel',
    { schema: { body: newChannel, response: { 200: alertChannelAnswer } } },
    async (request) => {
      const isFirst = alertChannelOf(runtime) === undefined;
      keepAlertChannel(runtime, toChannel(runtime, request.body));
      if (isFirst) alerts.skipBefore(clock.now() - MAX_AGE_MS, clock.now());
      log('the alert channel was set', { channel: request.body.channel });
      alertSender.wake();
      return toAnswer();
    },
  );

  api.delete('/admin/alert-channel', async (_request, reply) => {
    removeAlertChannel(runtime);
    log('the alert channel was removed');
    return reply.code(204).send();
  });

  api.post(
    '/admin/alert-channel/test',
    { schema: { body: newChannel.nullish(), response: { 200: alertTestAnswer } } },
    async (request) => {
      const channel = request.body ? toChannel(runtime, request.body) : alertChannelOf(runtime);
      if (!channel) return fail('not_found', { what: { en: 'The alert channel', zh: '提醒渠道' } });
      try {
        await sendToAlertChannel(runtime, channel, TEST);
        return { is_delivered: true, problem: null };
      } catch (error) {
        if (!isProblem(error) || error.kind === 'bad_input') throw error;
        return { is_delivered: false, problem: toProblemAnswer(error) };
      }
    },
  );

  api.get('/admin/alerts', { schema: { response: { 200: listOf(alertAnswer) } } }, async () => ({
    items: alerts.latest(MAX_ALERTS).map(({ id, key, shop = null, text, createdAt, sentAt }) => ({
      id,
      key,
      shop,
      text,
      raised_at: toIso(createdAt) ?? '',
      sent_at: toIso(sentAt),
    })),
  }));
}

const TEST = {
  title: '示例 · 中转服务提醒 / Example · Hub alert',
  text: '提醒会发到这里。\nAlerts are sent here.',
};

const newChannel = z.object({
  /** The key of a messenger. */
  channel: idText,
  /** Left out where a recipe has it. */
  webhook_url: z.string().trim().max(500).optional(),
  signing_secret: z.string().trim().max(500).optional(),
  /** The recipe whose bot is used as well, with its signing secret. */
  same_as: z.object({ shop: idText, recipe: idText }).optional(),
});

function toChannel(
  runtime: HubRuntime,
  { channel, webhook_url, signing_secret, same_as }: z.infer<typeof newChannel>,
): AlertChannel {
  if (same_as && !webhook_url) return { channel, ...credentialsOf(runtime, channel, same_as) };
  return { channel, address: webhook_url ?? '', ...(signing_secret && { secret: signing_secret }) };
}

/** @throws Problem `bad_input` for a recipe without such a bot */
function credentialsOf(
  runtime: HubRuntime,
  channel: string,
  { shop, recipe }: { shop: string; recipe: string },
): Pick<AlertChannel, 'address' | 'secret'> {
  const bots = allBots(runtime).filter((bot) => bot.channel.key === channel);
  const keys = bots.map((bot) => `${bot.shop.id} ${bot.recipe.key}`).join(', ') || '–';
  const bot =
    bots.find((each) => each.shop.id === shop && each.recipe.key === recipe) ??
    fail('bad_input', { field: 'same_as', allowed: { en: `one of ${keys}`, zh: `${keys} 之一` } });
  const secret = String(bot.settings[secretKey(bot.channel) ?? ''] ?? '');
  return { address: String(bot.address), ...(secret !== '' && { secret }) };
}

export const alertChannelAnswer = z.object({
  /** The messenger; null where none was set. */
  channel: z.string().nullable(),
  has_secret: z.boolean(),
  /** Those that recipes have, for `same_as`. */
  bots: z.array(
    z.object({
      channel: z.string(),
      shop: z.string(),
      shop_name: z.string(),
      recipe: z.string(),
      title: bilingual,
    }),
  ),
  /** What can be chosen, and where its address and its secret are found. The secret is null where there is none. */
  channels: z.array(
    z.object({
      key: z.string(),
      name: bilingual,
      address_help: bilingual,
      secret_help: bilingual.nullable(),
    }),
  ),
  /** Why the last alerts have not arrived. */
  problem: problemAnswer.nullable(),
});

export const alertTestAnswer = z.object({ is_delivered: z.boolean(), problem: problemAnswer.nullable() });

export const alertAnswer = z.object({
  id: z.int(),
  key: z.string(),
  shop: z.string().nullable(),
  text: bilingual,
  raised_at: time,
  /** When the alert channel got it; null where it has not. */
  sent_at: time.nullable(),
});
