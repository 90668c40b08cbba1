/** Searches and actions, for one shop. */

import * as z from 'zod';
import { deliver } from '../../../../engine/deliver.ts';
import { countsOf } from '../../../../engine/list-result.ts';
import { runSearch } from '../../../../engine/run-search.ts';
import { onlyReads } from '../../../../pack/operation.ts';
import { fail } from '../../../../problems.ts';
import { shopKeyOf } from '../../access/bearer.ts';
import { openShop } from '../../shops/open-shop.ts';
import { serverTimeOf } from '../../shops/server-time.ts';
import type { Api } from '../server.ts';
import type { HubServices } from '../services.ts';
import { fieldsByKey, idText } from '../texts.ts';
import { refuseUnknownInputs } from '../unknown-inputs.ts';

const params = z.object({ key: idText });
const body = fieldsByKey.default({});
const found = z.object({
  items: z.array(z.looseObject({ id: z.string(), link: z.string() })),
  count: z.int(),
  is_complete: z.boolean().describe('False where there are more items that were not fetched'),
  calls_used: z.int().describe('AliExpress calls of the shop that the search has used'),
});

export function mountSearches(api: Api, services: HubServices): void {
  const { runtime, targets } = services;
  const { registry, settings } = runtime;

  const search = { summary: 'Run a search', params, body, response: { 200: found } };
  api.post('/v1/searches/:key', { schema: search }, async (request) => {
    const { shop: id } = shopKeyOf(runtime, request, 'read');
    const declared =
      registry.searches.find(({ key }) => key === request.params.key) ?? missing(request.params.key);
    refuseUnknownInputs(declared.inputs, request.body);
    const shop = await openShop(runtime, id, 'program');
    const results = await runSearch(declared, shop, request.body);
    return { items: results.items, ...countsOf(results) };
  });

  const action = { summary: 'Run an action', params, body, response: { 200: z.looseObject({}) } };
  api.post('/v1/actions/:key', { schema: action }, async (request) => {
    const found = registry.actions.find(({ key }) => key === request.params.key);
    const { shop: id } = shopKeyOf(runtime, request, found && onlyReads(found) ? 'read' : 'subscribe');
    const declared = found ?? missing(request.params.key);
    refuseUnknownInputs(declared.inputs, request.body);
    const { channelTestOrigin: testOrigin } = settings;
    const actionServices = {
      transport: targets.transport,
      // Messengers refuse signatures of a time that is far off.
      clock: serverTimeOf(runtime).clock,
      openShop: () => openShop(runtime, id, 'program'),
      ...(testOrigin && { testOrigin }),
    };
    return deliver(declared, actionServices, request.body);
  });
}

const missing = (key: string): never => fail('not_found', { what: { en: `"${key}"`, zh: `“${key}”` } });
