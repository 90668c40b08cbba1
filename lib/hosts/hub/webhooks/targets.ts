/**
 * Where the hub may send events. A seller or client names the address, so it must not lead into the hub's own network.
 * A literal address is judged before, a name when it is resolved: the connection is made to the addresses that were
 * judged, and to no other.
 */

import { type LookupAddress, lookup } from 'node:dns';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { parseAddress } from '../../../http/address.ts';
import { axiosTransport, type Lookup } from '../../../http/axios.ts';
import type { Transport, TransportLimits } from '../../../http/transport.ts';
import { type Bilingual, fail } from '../../../problems.ts';
import { SECOND } from '../../../runtime.ts';

export interface Targets {
  /** @throws Problem `target_refused` */
  check(address: string): URL;
  /** Whether the address may be private. */
  isAllowed(url: URL): boolean;
  /** Sends to checked addresses only. */
  transport: Transport;
}

export interface TargetOptions {
  /** "host:port" of addresses that are allowed although they are private. */
  allowed: readonly string[];
  /** The hub's own ports, to which nothing is sent. */
  ownPorts: readonly number[];
  /** Interrupts what is being sent when it is aborted. */
  stop?: AbortSignal;
}

const REASONS = {
  not_an_address: { en: 'it is not a web address', zh: '它不是有效网址' },
  not_https: { en: 'only https addresses are allowed', zh: '只允许 https 地址' },
  other_port: { en: 'only port 443 is allowed', zh: '只允许 443 端口' },
  private: {
    en: 'it leads into a private network; HUB_ALLOWED_TARGETS can allow it',
    zh: '它指向内网；可在 HUB_ALLOWED_TARGETS 中放行',
  },
  own: { en: 'it is the hub itself', zh: '它是本服务自身的地址' },
} as const satisfies Record<string, Bilingual>;

const LIMITS: TransportLimits = { timeoutMs: 20 * SECOND, maxBytes: 64 * 1024 };

export function createTargets({ allowed, ownPorts, stop }: TargetOptions): Targets {
  const isAllowed = (url: URL) => allowed.includes(`${url.hostname}:${portOf(url)}`);

  function check(address: string): URL {
    const refuse = (reason: keyof typeof REASONS): never =>
      fail('target_refused', { address: shown(address), reason: REASONS[reason] });
    const url = parseAddress(address) ?? refuse('not_an_address');
    if (isOwn(url, ownPorts)) return refuse('own');
    if (isAllowed(url)) return url;
    if (isPrivateHost(nameOf(url))) return refuse('private');
    if (url.protocol !== 'https:') return refuse('not_https');
    return url.port === '' ? url : refuse('other_port');
  }

  const transport = (lookup?: Lookup) =>
    axiosTransport(LIMITS, { ...(lookup && { lookup }), ...(stop && { stop }) });
  const [guarded, direct, directElsewhere] = [
    transport(publicAddresses),
    transport(),
    transport(otherMachines),
  ];
  const transportTo = (url: URL): Transport => {
    if (!isAllowed(url)) return guarded;
    return ownPorts.includes(portOf(url)) ? directElsewhere : direct;
  };
  return {
    check,
    isAllowed,
    transport: async (request) => transportTo(check(request.url))(request),
  };
}

const portOf = ({ port, protocol }: URL): number => Number(port || (protocol === 'https:' ? 443 : 80));

/** The host alone: the rest of an address may be a credential. */
const shown = (address: string): string =>
  URL.canParse(address) ? new URL(address).host : address.slice(0, 40);

/** The hub's ports answer on this machine alone, or in a container. Another machine may use the same numbers. */
const isOwn = (url: URL, ownPorts: readonly number[]): boolean =>
  ownPorts.includes(portOf(url)) && isThisMachine(nameOf(url));

/** Without the brackets of an address, and without the dot that a full name may end with. */
const nameOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$|\.+$/g, '');

const isLocalhost = (name: string): boolean => /(^|\.)localhost$/.test(name);
const isThisMachine = (name: string): boolean =>
  ipaddr.isValid(name) ? isOwnAddress(name) : isLocalhost(name);

function isOwnAddress(address: string): boolean {
  const given = ipaddr.process(address);
  if (['loopback', 'unspecified'].includes(given.range())) return true;
  const own = Object.values(networkInterfaces()).flatMap((each = []) => each);
  return own.some((each) => ipaddr.process(each.address).toString() === given.toString());
}

/** A literal address that is not public, or a name of this machine or of its network. */
const isPrivateHost = (name: string): boolean =>
  ipaddr.isValid(name) ? !isPublic(name) : isLocalhost(name) || !name.includes('.');

/** All of IPv6 that is or will be given to anybody. The library names exceptions, but knows nothing of what is left. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');
function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address);
  const isGlobal = parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6);
  return isGlobal && parsed.range() === 'unicast';
}

/** Proxies that answer every name with an address of their own use this range. */
const FAKE_RANGE = ipaddr.parseCIDR('198.18.0.0/15');
function isFake(address: string): boolean {
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' && parsed.match(FAKE_RANGE);
}

/** Resolves a name to addresses that are all accepted. */
const resolving =
  (accept: (addresses: readonly string[]) => boolean, refusal: string): Lookup =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[] = []) => {
      if (error) return callback(error, []);
      const isFine = found.length > 0 && accept(found.map(({ address }) => address));
      return isFine ? callback(null, found) : callback(new Error(refusal), []);
    });
  };

/** All public, or all from the range of such proxies. */
export const publicAddresses = resolving(
  (addresses) => addresses.every(isPublic) || addresses.every(isFake),
  'the address is private',
);
const otherMachines = resolving(
  (addresses) => !addresses.some(isOwnAddress),
  'the address is that of the hub itself',
);
