/** The tools for assistants: every search, recent events and the calls of today. They only read. */

import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { countsOf } from '../../../engine/list-result.ts';
import { runSearch } from '../../../engine/run-search.ts';
import { type GivenInputs, type Input, type Inputs, integer, readInputs } from '../../../pack/input.ts';
import { type Bilingual, isProblem } from '../../../problems.ts';
import { DAY } from '../../../runtime.ts';
import type { ShopKey } from '../access/bearer.ts';
import { refuseUnknownInputs } from '../api/unknown-inputs.ts';
import { eventsIn } from '../events/events.ts';
import type { HubRuntime } from '../runtime.ts';
import { callsToday } from '../shops/calls-today.ts';
import { openShop } from '../shops/open-shop.ts';
import { serverNow } from '../shops/server-time.ts';

const instructions = ({ settings, hub }: HubRuntime): string =>
  `Reads one AliExpress shop. Each search costs AliExpress calls, of which the shop has ${settings.dailyCallLimit} a day
and searches at most ${hub.searchCallsPerDay}, so ask narrow questions and use what is known already. call_budget shows
what is left.`;
const READ_ONLY = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };

const EVENTS: Inputs = {
  limit: integer({ label: { en: 'Limit', zh: '数量' }, min: 1, max: 50, default: 20 }),
};

interface Tool {
  key: string;
  title: string;
  description: Bilingual;
  inputs: Inputs;
  run(given: GivenInputs): Promise<Record<string, unknown>>;
}

/** A server for one request of one client. */
export function toolServer(runtime: HubRuntime, key: ShopKey, version: string): McpServer {
  const server = new McpServer({ name: 'aliexpress-shop', version }, { instructions: instructions(runtime) });
  for (const { key: name, title, description, inputs, run } of toolsOf(runtime, key))
    server.registerTool(
      name,
      {
        title,
        description: `${description.en} / ${description.zh}`,
        inputSchema: schemaOf(inputs),
        annotations: { title, ...READ_ONLY },
      },
      (given) =>
        answer(async () => {
          refuseUnknownInputs(inputs, given);
          return run(given);
        }),
    );
  return server;
}

const toolsOf = (runtime: HubRuntime, key: ShopKey): Tool[] => [
  ...runtime.registry.searches.map((search) => searchTool(runtime, key, search)),
  {
    key: 'recent_events',
    title: 'Recent Events',
    description: {
      en: 'Events of the shop that the hub has announced, of the last 7 days at most.',
      zh: '已通知的店铺事件，最多为最近 7 天。',
    },
    inputs: EVENTS,
    run: async (given) => {
      const { limit } = readInputs(EVENTS, given);
      const since = serverNow(runtime) - 7 * DAY;
      return { items: eventsIn(runtime.database).ofShop(key.shop, since, Number(limit)) };
    },
  },
  {
    key: 'call_budget',
    title: 'Calls of Today',
    description: {
      en: 'How many AliExpress calls of the shop are used today.',
      zh: '店铺今日的接口调用次数。',
    },
    inputs: {},
    run: async () => {
      const calls = await callsToday((await openShop(runtime, key.shop)).budget);
      return { ...calls, left: calls.limit - calls.used };
    },
  },
];

const searchTool = (
  runtime: HubRuntime,
  { shop: id }: ShopKey,
  search: HubRuntime['registry']['searches'][number],
): Tool => ({
  key: search.key,
  title: search.label.en,
  description: search.description,
  inputs: search.inputs,
  run: async (given) => {
    const shop = await openShop(runtime, id, 'program');
    const results = await runSearch(search, shop, given);
    const calls_left = shop.budget.limit - (await shop.budget.used());
    return { items: results.items, ...countsOf(results), calls_left };
  },
});

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
  return z
    .looseObject(Object.fromEntries(fields) as Record<string, z.ZodType>)
    .meta({ required, additionalProperties: false });
}

function shapeOf(declared: Input): Record<string, unknown> {
  switch (declared.type) {
    case 'integer':
      return {
        type: 'integer',
        ...(declared.min !== undefined && { minimum: declared.min }),
        ...(declared.max !== undefined && { maximum: declared.max }),
        ...(declared.default !== undefined && { default: declared.default }),
      };
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
