/** The set-up token, and sessions of browsers. */

import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { endSession, startSession } from '../access/admins.ts';
import { useSetUpToken } from '../access/set-up.ts';
import type { HubServices } from '../api/services.ts';
import { idText } from '../api/texts.ts';

export function mountSessions(server: FastifyInstance, { runtime }: HubServices): void {
  const { database, clock } = runtime;
  const api = server.withTypeProvider<ZodTypeProvider>();

  api.post(
    '/admin/set-up',
    { schema: { body: z.object({ token: idText }), response: { 201: z.object({ key: z.string() }) } } },
    async (request, reply) => {
      const key = useSetUpToken(database, request.body.token, clock.now());
      startSession(runtime, reply, key);
      return reply.code(201).send({ key });
    },
  );

  api.post('/admin/session', { schema: { body: z.object({ key: idText }) } }, async (request, reply) => {
    startSession(runtime, reply, request.body.key);
    return reply.code(204).send();
  });

  api.delete('/admin/session', async (request, reply) => {
    endSession(runtime, request, reply);
    return reply.code(204).send();
  });
}
