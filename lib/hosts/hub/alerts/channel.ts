/** The alert channel: one messenger of the hub's own, which gets the alerts. */

import * as z from 'zod';
import { readAddress } from '../../../channels/address.ts';
import type { ChannelDeclaration, Message } from '../../../channels/channel.ts';
import { sendMessage } from '../../../channels/send.ts';
import { type Bilingual, fail } from '../../../problems.ts';
import { hubSettingsIn } from '../database/hub-settings.ts';
import type { HubRuntime } from '../runtime.ts';
import { serverTimeOf } from '../shops/server-time.ts';

const chosen = z.object({
  /** The key of the messenger. */
  channel: z.string(),
  address: z.string(),
  secret: z.string().optional(),
});
export type AlertChannel = z.infer<typeof chosen>;

const KEY = 'alert_channel';
const ADDRESS: Bilingual = { en: 'Webhook URL', zh: 'Webhook 地址' };

/** Undefined where none was set. */
export function alertChannelOf({
  database,
  vault,
}: Pick<HubRuntime, 'database' | 'vault'>): AlertChannel | undefined {
  return chosen.safeParse(hubSettingsIn(database, vault).read(KEY)).data;
}

/** @throws Problem `bad_input`; then the one before is kept */
export function keepAlertChannel(runtime: HubRuntime, channel: AlertChannel): void {
  checkAlertChannel(runtime, channel);
  hubSettingsIn(runtime.database, runtime.vault).keep(KEY, channel);
}

export function removeAlertChannel({ database, vault }: HubRuntime): void {
  hubSettingsIn(database, vault).remove(KEY);
}

/** @throws Problem `bad_input` */
export function checkAlertChannel(
  { registry, settings }: HubRuntime,
  { channel, address }: AlertChannel,
): ChannelDeclaration {
  const keys = registry.channels.map(({ key }) => key).join(', ');
  const declared =
    registry.channels.find(({ key }) => key === channel) ??
    fail('bad_input', { field: 'channel', allowed: { en: `one of ${keys}`, zh: `${keys} 之一` } });
  readAddress(declared, address, ADDRESS, settings.channelTestOrigin);
  return declared;
}

/** @throws Problem `bad_input`, `channel_*` */
export async function sendToAlertChannel(
  runtime: HubRuntime,
  channel: AlertChannel,
  { title, text }: Pick<Message, 'title' | 'text'>,
): Promise<void> {
  const { address, secret } = channel;
  await sendMessage(
    checkAlertChannel(runtime, channel),
    {
      address,
      ...(secret !== undefined && { secret }),
      message: { title, text, severity: 'warning', mention: 'nobody' },
    },
    { transport: runtime.messengers, clock: serverTimeOf(runtime).clock, waits: false },
  );
}
