/** `GET /metrics`: figures as Prometheus reads them, for holders of an admin key. Shops are named by their numbers. */

import type { FastifyInstance } from 'fastify';
import { createLedger } from '../../../budget/ledger.ts';
import { dayIn } from '../../../budget/quota-day.ts';
import { requireAdmin } from '../access/admins.ts';
import type { HubServices } from '../api/services.ts';
import { deliveriesIn } from '../deliveries/deliveries.ts';
import type { HubRuntime } from '../runtime.ts';
import { serverNow, serverTimeOf } from '../shops/server-time.ts';
import { shopsIn } from '../shops/shops.ts';
import type { CountName, Histogram, Series } from './counts.ts';

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function mountMetrics(server: FastifyInstance, services: HubServices): void {
  server.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    requireAdmin(services.runtime, request);
    const text = await metricsOf(services);
    return reply.type(CONTENT_TYPE).serializer(String).send(text);
  });
}

const COUNTS: Readonly<Record<CountName, string>> = {
  visits: 'Visits of feeds, by shop and outcome.',
  events: 'New events, by shop.',
  deliveries: 'Attempts to deliver, by outcome.',
  errors: 'Errors, by kind.',
};

async function metricsOf({ runtime, pushes }: HubServices): Promise<string> {
  const { counts, version, database } = runtime;
  const deliveries = deliveriesIn(database);
  const oldest = deliveries.waitingSince();
  const parts = [
    metric('hub_info', 'gauge', 'Version of the program.', [{ labels: { version }, value: 1 }]),
    metric('hub_shops', 'gauge', 'Connected shops, by state.', shopsByState(runtime)),
    ...Object.entries(COUNTS).map(([name, help]) =>
      metric(`hub_${name}_total`, 'counter', help, counts.of(name as CountName)),
    ),
    metric('hub_deliveries_waiting', 'gauge', 'Deliveries that wait.', [only(deliveries.waiting())]),
    metric('hub_deliveries_oldest_wait_seconds', 'gauge', 'How long the oldest of them has waited.', [
      only(oldest === undefined ? 0 : Math.max(0, (serverNow(runtime) - oldest) / 1000)),
    ]),
    metric('hub_calls_used', 'gauge', 'Calls of today that are used, by shop.', await callsUsed(runtime)),
    metric('hub_calls_limit', 'gauge', 'Calls a day that a shop has.', [
      only(runtime.settings.dailyCallLimit),
    ]),
    histogram('hub_call_wait_seconds', 'How long calls waited for their turn.', counts.waits()),
    metric(
      'hub_pushes_total',
      'counter',
      'Messages that AliExpress has pushed, by topic.',
      [...pushes].map(([topic, value]) => ({ labels: { topic }, value })),
    ),
    metric('process_resident_memory_bytes', 'gauge', 'Memory of the process.', [
      only(process.memoryUsage.rss()),
    ]),
    metric('process_uptime_seconds', 'gauge', 'Seconds since the start.', [only(process.uptime())]),
  ];
  return parts.join('');
}

const only = (value: number): Series => ({ labels: {}, value });

function shopsByState({ database, vault }: HubRuntime): Series[] {
  const byState = Map.groupBy(shopsIn(database, vault).all(), ({ state }) => state);
  return [...byState].map(([state, shops]) => ({ labels: { state }, value: shops.length }));
}

function callsUsed(runtime: HubRuntime): Promise<Series[]> {
  const { database, vault, random, settings } = runtime;
  const ledger = createLedger({
    store: database.store,
    clock: serverTimeOf(runtime).clock,
    random,
    dayOf: dayIn(settings.quotaDayZone),
    limit: settings.dailyCallLimit,
  });
  return Promise.all(
    shopsIn(database, vault)
      .all()
      .map(async ({ id }) => ({ labels: { shop: id }, value: await ledger.used(id) })),
  );
}

function metric(name: string, type: 'counter' | 'gauge', help: string, series: readonly Series[]): string {
  if (series.length === 0) return '';
  const lines = series.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`;
}

function histogram(name: string, help: string, { classes, count, sum }: Histogram): string {
  const lines = [
    ...classes.map(({ limit, count: upTo }) => `${name}_bucket{le="${limit}"} ${upTo}`),
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sum}`,
    `${name}_count ${count}`,
  ];
  return `# HELP ${name} ${help}\n# TYPE ${name} histogram\n${lines.join('\n')}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };
const labelText = (labels: Series['labels']): string => {
  const pairs = Object.entries(labels).map(
    ([key, value]) => `${key}="${value.replace(/[\\"\n]/g, (found) => ESCAPES[found] ?? '')}"`,
  );
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
};
