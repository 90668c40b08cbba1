/** The OpenAPI document of `/v1`, generated from the schemas that also check requests and answers. */

import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';

const API = '/v1/';

/** Called before the routes are mounted, which it then describes. */
export async function describeRoutes(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'AliExpress shop hub',
        version: '1',
        description:
          'Events and searches of one AliExpress shop. Every request carries a key: "Authorization: Bearer …".',
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
    transform: (route) => {
      const { schema, url } = jsonSchemaTransform(route);
      return { schema: { ...schema, hide: !url.startsWith(API) }, url };
    },
  });
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger());
}
