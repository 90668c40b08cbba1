/**
 * Addresses from settings. They are parsed and never matched as text. An address that does not show the host to which it
 * leads, such as "http://127.0.0.1:80@evil.example/" or "http://0x7f.1/", is not one.
 */

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** @returns undefined for anything but an http or https address without a user, whose host stands in it as it is parsed */
export function parseAddress(text: string): URL | undefined {
  const [, scheme = '', authority = ''] =
    /^([a-z]+:)\/\/([\w.:[\]-]*)(?=[/?#]|$)[!-[\]-~]*$/i.exec(text) ?? [];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const port = DEFAULT_PORTS[scheme.toLowerCase()];
  if (!url || port === undefined) return undefined;
  const hosts = [url.host, `${url.host}:${port}`];
  return hosts.includes(authority.toLowerCase()) ? url : undefined;
}

/** Whether nothing but this machine can read what is sent to it. */
export const isLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && LOOPBACK.includes(hostname);

/** Whether nobody on the way can read what is sent to it. */
export const isPrivate = (url: URL): boolean => url.protocol === 'https:' || isLoopback(url);

export const isOrigin = ({ pathname, search, hash }: URL): boolean =>
  pathname === '/' && search === '' && hash === '';
