/** Where events are sent: whether a connection can be opened. Nothing is sent, because that might start a workflow. */

import { connect, type LookupFunction, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { type Bilingual, isProblem } from '../../../../problems.ts';
import { SECOND } from '../../../../runtime.ts';
import { subscriptionsIn } from '../../events/subscriptions.ts';
import type { HubRuntime } from '../../runtime.ts';
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
  const byHost = new Map(urls.map((url) => [new URL(url).host, url]));
  if (byHost.size === 0)
    yield skipped(SUBJECT, { en: 'no events are sent to any address', zh: '没有接收地址' });
  for (const [host, url] of byHost) yield await targetFinding(host, url, hub);
}

async function targetFinding(host: string, url: string, hub: Services['hub']): Promise<Finding> {
  const subject: Bilingual = { en: `Webhooks to ${host}`, zh: `Webhook ${host}` };
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
      en: 'no connection; check the address and the network. Events are kept and sent later',
      zh: '无法连接，请检查地址和网络；事件会保留并稍后发送',
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
