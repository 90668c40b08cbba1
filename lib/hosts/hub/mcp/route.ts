/** `/mcp`: the Model Context Protocol over streamable HTTP, for a key of one shop that may read. */

import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { FastifyInstance } from 'fastify';
import { shopKeyOf } from '../access/bearer.ts';
import type { HubServices } from '../api/services.ts';
import { toolServer } from './tools.ts';

export function mountMcp(server: FastifyInstance, { runtime }: HubServices): void {
  server.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    schema: { hide: true },
    handler: async (request, reply) => {
      const key = shopKeyOf(runtime, request, 'read');
      const handler = toNodeHandler(createMcpHandler(() => toolServer(runtime, key, runtime.version)));
      reply.hijack();
      await handler(request.raw, reply.raw, request.body);
    },
  });
}
