/**
 * Probes a shop: what AliExpress's reference leaves open is asked of its gateway. The answer is one line of JSON for each
 * question, as it is asked, and a last one with the text.
 */

import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { probeShop } from '../../../feeds/probe/probe.ts';
import type { HubServices } from '../api/services.ts';
import { openShop } from '../shops/open-shop.ts';
import { shopsIn } from '../shops/shops.ts';
import { idParams } from './answers.ts';

export function mountProbe(server: FastifyInstance, { runtime }: HubServices): void {
  const { database, vault, log, version } = runtime;
  const api = server.withTypeProvider<ZodTypeProvider>();
  const shops = shopsIn(database, vault);

  api.post('/admin/shops/:id/probe', { schema: { params: idParams } }, async ({ params }, reply) => {
    const { id } = shops.get(params.id);
    const shop = await openShop(runtime, id);
    const lines = new PassThrough();
    const write = (line: object) => lines.write(`${JSON.stringify(line)}\n`);
    // A problem with the first call is an answer of its own.
    const firstCall = Promise.withResolvers<void>();
    const finished = probeShop(shop, version, ({ about, calls, maxCalls }) => {
      write({ about, calls, max_calls: maxCalls });
      if (calls > 0) firstCall.resolve();
    }).then(({ text, calls, isKept }) => {
      log('a shop was probed', { shop: id, calls });
      write({ text, calls, is_stored: isKept });
      lines.end();
    });
    await Promise.race([firstCall.promise, finished]);
    finished.catch((error: Error) => lines.destroy(error));
    return reply.type('application/x-ndjson').send(lines);
  });
}
