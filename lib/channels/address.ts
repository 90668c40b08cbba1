/**
 * A bot's webhook address is a credential, and a target that a person types in. So only a channel's own hosts are let
 * through, and only the exact form of a bot's address: no user, no port, no further query, no detour in the path.
 */

import { type Bilingual, fail } from '../problems.ts';
import type { ChannelDeclaration } from './channel.ts';

type Addressed = Pick<ChannelDeclaration, 'name' | 'address'>;

/** What a webhook address looks like, in words. */
export function allowedAddress({ name, address }: Addressed): Bilingual {
  const example = `${address.origins[0]}${address.path}…`;
  return {
    en: `the webhook URL of a ${name.en} group bot, ${example}`,
    zh: `${name.zh}群机器人的 Webhook 地址，${example}`,
  };
}

/**
 * @param field how the person knows the field: the label of an input
 * @param testOrigin an origin on this machine that is allowed as well: the sandbox
 * @returns the address
 * @throws Problem `bad_input`
 */
export function readAddress(
  channel: Addressed,
  text: string,
  field: string | Bilingual,
  testOrigin?: string,
): string {
  const { origins, path, token } = channel.address;
  const address = text.trim();
  const start = [...origins, ...(testOrigin ? [testOrigin] : [])]
    .map((origin) => origin + path)
    .find((prefix) => address.startsWith(prefix));
  return start !== undefined && new RegExp(`^(?:${token.source})$`).test(address.slice(start.length))
    ? address
    : fail('bad_input', { field, allowed: allowedAddress(channel) });
}
