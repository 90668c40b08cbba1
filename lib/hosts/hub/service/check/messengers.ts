/** Every group bot that is set up, for alerts or for recipes, gets a test message. Only that shows that it accepts any. */

import type { ChannelDeclaration } from '../../../../channels/channel.ts';
import { sendMessage } from '../../../../channels/send.ts';
import { axiosTransport } from '../../../../http/axios.ts';
import type { Bilingual } from '../../../../problems.ts';
import { type Clock, SECOND } from '../../../../runtime.ts';
import { alertChannelOf } from '../../alerts/channel.ts';
import { recipeSettingsIn } from '../../recipes/settings.ts';
import { addressKey, type RecipeSettings, secretKey } from '../../recipes/steps.ts';
import type { HubRuntime } from '../../runtime.ts';
import { shopsIn } from '../../shops/shops.ts';
import { examine, type Finding, skipped } from './finding.ts';

interface Services extends Pick<HubRuntime, 'database' | 'vault' | 'registry'> {
  /** AliExpress's time: messengers refuse signatures of a time that is far off. */
  clock: Clock;
}

const transport = axiosTransport({ timeoutMs: 10 * SECOND, maxBytes: 64 * 1024 });
const TEST = {
  title: '示例 · 测试消息 / Example · Test message',
  text: '群机器人设置正确。\nThis bot is set up correctly.',
};

interface Bot {
  channel: ChannelDeclaration;
  address: string;
  secret?: string;
  usedBy: Bilingual;
}

export async function* messengerFindings(services: Services): AsyncGenerator<Finding> {
  const bots = botsOf(services);
  if (bots.length === 0)
    yield skipped({ en: 'Messengers', zh: '群机器人' }, { en: 'none is set up', zh: '尚未设置' });
  for (const bot of bots) yield await tryBot(bot, services);
}

/** Each address once. */
function botsOf(services: Services): Bot[] {
  const { database, vault, registry } = services;
  const settings = recipeSettingsIn(database, vault);
  const all = shopsIn(database, vault)
    .all()
    .flatMap(({ id, name }) =>
      registry.recipes.flatMap(({ key }) => botsIn(settings.read(id, key), registry.channels, name)),
    );
  const alerts = alertChannelOf(services);
  const channel = registry.channels.find(({ key }) => key === alerts?.channel);
  if (alerts && channel) all.push({ ...alerts, channel, usedBy: { en: 'alerts', zh: '提醒' } });
  return [...new Map(all.map((bot) => [bot.address, bot])).values()];
}

function botsIn(settings: RecipeSettings, channels: readonly ChannelDeclaration[], shop: string): Bot[] {
  return channels.flatMap((channel) => {
    const address = settings[addressKey(channel)];
    const secret = settings[secretKey(channel) ?? ''];
    if (typeof address !== 'string') return [];
    return [
      {
        channel,
        address,
        ...(typeof secret === 'string' && { secret }),
        usedBy: { en: `recipes of ${shop}`, zh: `${shop} 的流程` },
      },
    ];
  });
}

function tryBot({ channel, address, secret, usedBy }: Bot, { clock }: Services): Promise<Finding> {
  const subject = {
    en: `${channel.name.en} (${usedBy.en})`,
    zh: `${channel.name.zh}（${usedBy.zh}）`,
  };
  const message = { ...TEST, severity: 'info', mention: 'nobody' } as const;
  return examine(subject, async () => {
    await sendMessage(
      channel,
      { address, ...(secret !== undefined && { secret }), message },
      { transport, clock },
    );
    return { en: 'the test message arrived', zh: '测试消息已送达' };
  });
}
