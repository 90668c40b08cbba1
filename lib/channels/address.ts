/**
 * Checks webhook addresses. An address is a credential, and users type it in. Only the channel's own hosts and the exact
 * form of a bot's address are accepted: no user, port, fragment, other query parameter or path segment.
 */

import { type Bilingual, fail } from '../problems.ts';
import type { ChannelDeclaration } from './channel.ts';

type Addressed = Pick<ChannelDeclaration, 'name' | 'address'>;

/** The expected webhook address, for a message to the user. */
export function allowedAddress({ name, address }: Addressed): Bilingual {
  const example = `${address.origins[0]}${address.path}…`;
  return {
    en: `the webhook URL of a ${name.en} group bot, ${example}`,
    zh: `${name.zh}群机器人的 Webhook 地址，${example}`,
  };
}

/**
 * @param field the label of the input or the name of the setting
 * @param testOrigin an origin on this machine that is also accepted, such as the sandbox
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
