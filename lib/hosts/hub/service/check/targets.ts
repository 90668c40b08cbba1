/** Where events and tickets are sent: whether a connection can be opened. Nothing is sent, because that might start a workflow. */

import { connect, type LookupFunction, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { type Bilingual, isProblem } from '../../../../problems.ts';
import { SECOND } from '../../../../runtime.ts';
import { subscriptionsIn } from '../../events/subscriptions.ts';
import { TICKET_ADDRESS } from '../../recipes/fields.ts';
import { recipeSettingsIn } from '../../recipes/settings.ts';
import type { RecipePresets, RecipeSettings } from '../../recipes/steps.ts';
import type { HubRuntime } from '../../runtime.ts';
import { shopsIn } from '../../shops/shops.ts';
import { createTargets, publicAddresses } from '../../webhooks/targets.ts';
import { type Finding, failed, failedBecause, fine, skipped } from './finding.ts';

const SUBJECT: Bilingual = { en: 'Webhook addresses', zh: 'Webhook 接收地址' };
const TIMEOUT_MS = 10 * SECOND;

type Services = Pick<HubRuntime, 'database' | 'vault' | 'hub'>;

export async function* targetFindings({ database, vault, hub }: Services): AsyncGenerator<Finding> {
  const subscriptions = subscriptionsIn(database, vault);
  const urls = subscriptions
    .all()
    .filter(({ kind, state }) => kind === 'hook' && state !== 'ended')
    .flatMap(({ id }) => subscriptions.targetOf(id)?.url ?? []);
  if (urls.length === 0)
    yield skipped(SUBJECT, { en: 'no events are sent to any address', zh: '没有接收地址' });
  const subjectOf = (host: string) => ({ en: `Webhooks to ${host}`, zh: `Webhook ${host}` });
  for (const url of oneOfEachHost(urls)) yield await targetFinding(subjectOf(new URL(url).host), url, hub);
}

/** Nothing without an address, because tickets are stored as files then. */
export async function* ticketFindings(
  hub: Services['hub'],
  addresses: readonly string[],
): AsyncGenerator<Finding> {
  const subjectOf = (host: string) => ({ en: `Tickets to ${host}`, zh: `工单 ${host}` });
  for (const url of oneOfEachHost(addresses))
    yield await targetFinding(subjectOf(new URL(url).host), url, hub);
}

/** Of the recipes of all shops; undefined where there is no shop yet. */
export function ticketAddresses({
  database,
  vault,
  registry,
}: Pick<HubRuntime, 'database' | 'vault' | 'registry'>): string[] | undefined {
  const settings = recipeSettingsIn(database, vault);
  const shops = shopsIn(database, vault).all();
  if (shops.length === 0) return undefined;
  return shops.flatMap(({ id }) => registry.recipes.flatMap(({ key }) => addressIn(settings.read(id, key))));
}

/** What the first shop is given. */
export const presetTicketAddresses = (presets: RecipePresets = new Map()): string[] =>
  [...presets.values()].flatMap(addressIn);

function addressIn({ [TICKET_ADDRESS]: address }: RecipeSettings): string[] {
  return typeof address === 'string' ? [address] : [];
}

const oneOfEachHost = (urls: readonly string[]): string[] => [
  ...new Map(urls.map((url) => [new URL(url).host, url])).values(),
];

async function targetFinding(subject: Bilingual, url: string, hub: Services['hub']): Promise<Finding> {
  const { check, isAllowed } = createTargets({
    allowed: hub.allowedTargets,
    ownPorts: [hub.port, hub.publicPort],
  });
  try {
    const address = check(url);
    await open(address, isAllowed(address) ? undefined : (publicAddresses as LookupFunction));
    return fine(subject, { en: 'reachable', zh: '可连通' });
  } catch (error) {
    if (isProblem(error)) return failedBecause(subject, error);
    return failed(subject, {
      en: 'no connection; check the address and the network. What is sent there is kept and sent later',
      zh: '无法连接，请检查地址和网络；待发送的内容会保留并稍后发送',
    });
  }
}

/** Rejects where no connection can be opened. */
function open({ protocol, hostname, port }: URL, lookup: LookupFunction | undefined): Promise<void> {
  const isSecure = protocol === 'https:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const options = { host, port: Number(port || (isSecure ? 443 : 80)), ...(lookup && { lookup }) };
  return new Promise((resolve, reject) => {
    const socket: Socket = isSecure
      ? connectSecurely({ ...options, servername: host }, ready)
      : connect(options, ready);
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('timeout')));
    socket.once('error', reject);
    function ready(): void {
      socket.destroy();
      resolve();
    }
  });
}
