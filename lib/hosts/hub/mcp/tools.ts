/** The tools for assistants: every search, recent events and the calls of today. They only read. */

import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { runSearch } from '../../../engine/run-search.ts';
import type { Input, Inputs } from '../../../pack/input.ts';
import { isProblem } from '../../../problems.ts';
import { DAY } from '../../../runtime.ts';
import type { ShopKey } from '../access/bearer.ts';
import { eventsIn } from '../events/events.ts';
import type { HubRuntime } from '../runtime.ts';
import { callsToday } from '../shops/calls-today.ts';
import { openShop } from '../shops/open-shop.ts';

const instructions = ({ settings, hub }: HubRuntime): string =>
  `Reads one AliExpress shop. Each search costs AliExpress calls, of which the shop has ${settings.dailyCallLimit} a day
and searches at most ${hub.searchCallsPerDay}, so ask narrow questions and use what is known already. call_budget shows
what is left.`;
const READ_ONLY = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };
const MAX_EVENTS = 50;

/** A server for one request of one client. */
export function toolServer(runtime: HubRuntime, key: ShopKey, version: string): McpServer {
  const server = new McpServer({ name: 'aliexpress-shop', version }, { instructions: instructions(runtime) });
  const { registry, database, clock } = runtime;

  for (const search of registry.searches) {
    server.registerTool(
      search.key,
      {
        title: search.label.en,
        description: `${search.description.en} / ${search.description.zh}`,
        inputSchema: schemaOf(search.inputs),
        annotations: { title: search.label.en, ...READ_ONLY },
      },
      (given) =>
        answer(async () => {
          const shop = await openShop(runtime, key.shop, 'program');
          const items = await runSearch(search, shop, given);
          return { items, calls_left: shop.budget.limit - (await shop.budget.used()) };
        }),
    );
  }
  server.registerTool(
    'recent_events',
    {
      title: 'Recent Events',
      description:
        'Events of the shop that the hub has announced in the last 7 days. / 最近 7 天已通知的店铺事件。',
      inputSchema: z.object({ limit: z.int().min(1).max(MAX_EVENTS).default(20) }),
      annotations: { title: 'Recent Events', ...READ_ONLY },
    },
    ({ limit }) =>
      answer(async () => ({ items: eventsIn(database).ofShop(key.shop, clock.now() - 7 * DAY, limit) })),
  );
  server.registerTool(
    'call_budget',
    {
      title: 'Calls of Today',
      description: 'How many AliExpress calls of the shop are used today. / 店铺今日的接口调用次数。',
      inputSchema: z.object({}),
      annotations: { title: 'Calls of Today', ...READ_ONLY },
    },
    () =>
      answer(async () => {
        const { budget } = await openShop(runtime, key.shop);
        const calls = await callsToday(budget);
        return { ...calls, left: calls.limit - calls.used };
      }),
  );
  return server;
}

/** A problem is an answer of the tool: the assistant can correct its question. */
async function answer(work: () => Promise<Record<string, unknown>>) {
  try {
    const result = await work();
    return { structuredContent: result, content: [{ type: 'text' as const, text: JSON.stringify(result) }] };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { isError: true, content: [{ type: 'text' as const, text: error.message }] };
  }
}

/** Describes the shape and accepts everything: the engine checks the values and says in words what is allowed. */
function schemaOf(inputs: Inputs) {
  const fields = Object.entries(inputs).map(([name, declared]) => {
    const description = `${declared.label.en} / ${declared.label.zh}`;
    return [
      name,
      z
        .unknown()
        .meta({ ...shapeOf(declared), description })
        .optional(),
    ];
  });
  const required = Object.keys(inputs).filter((name) => inputs[name]?.required);
  return z.object(Object.fromEntries(fields) as Record<string, z.ZodType>).meta({ required });
}

function shapeOf(declared: Input): Record<string, unknown> {
  switch (declared.type) {
    case 'integer':
      return { type: 'integer' };
    case 'choice':
      return { type: 'string', enum: Object.keys(declared.choices) };
    case 'choices':
      return { type: 'array', items: { type: 'string', enum: Object.keys(declared.choices) } };
    case 'texts':
      return { type: 'array', items: { type: 'string' } };
    default:
      return { type: 'string' };
  }
}
