/** Settings of a channel, for hosts that are configured by environment variables. */

import { fail } from '../problems.ts';
import { allowedAddress, readAddress } from './address.ts';
import type { ChannelDeclaration } from './channel.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export const channelSettings = ({ key, signing }: ChannelDeclaration): { url: string; secret?: string } => {
  const name = key.toUpperCase();
  return { url: `${name}_WEBHOOK_URL`, ...(signing && { secret: `${name}_WEBHOOK_SECRET` }) };
};

/** Whether a webhook address of this channel is set. */
export const isConfigured = (channel: ChannelDeclaration, env: Environment): boolean =>
  Boolean(env[channelSettings(channel).url]?.trim());

/**
 * Reads the settings as inputs of the action that sends a message.
 * @param testOrigin an origin on this machine that is also accepted
 * @throws Problem `bad_setting`
 */
export function readChannelSettings(
  channel: ChannelDeclaration,
  env: Environment,
  testOrigin?: string,
): Record<string, string> {
  const { url, secret } = channelSettings(channel);
  const address = env[url]?.trim() ?? '';
  try {
    readAddress(channel, address, url, testOrigin);
  } catch {
    return fail('bad_setting', { setting: url, expected: allowedAddress(channel) });
  }
  const signingCode = secret && env[secret]?.trim();
  return { webhook_url: address, ...(signingCode && { signing_code: signingCode }) };
}
