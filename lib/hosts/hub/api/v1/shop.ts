/** The shop of the key, and its calls. */

import * as z from 'zod';
import { shopKeyOf } from '../../access/bearer.ts';
import { callsAnswer, callsToday } from '../../shops/calls-today.ts';
import { openShop } from '../../shops/open-shop.ts';
import { shopsIn } from '../../shops/shops.ts';
import type { Api } from '../server.ts';
import type { HubServices } from '../services.ts';

const me = z.object({
  shop_id: z.string().describe('The seller ID of the shop'),
  shop_name: z.string(),
  client: z.string().describe('The name of the key or of the client that the shop is connected to'),
});

export function mountShop(api: Api, { runtime }: HubServices): void {
  const { database, vault } = runtime;
  api.get('/v1/me', { schema: { summary: 'The shop', response: { 200: me } } }, async (request) => {
    const key = shopKeyOf(runtime, request, 'read');
    const shop = shopsIn(database, vault).find(key.shop);
    return { shop_id: key.shop, shop_name: shop?.name ?? '', client: key.name };
  });

  api.get(
    '/v1/budget',
    { schema: { summary: 'Calls of today', response: { 200: callsAnswer } } },
    async (request) => {
      const shop = await openShop(runtime, shopKeyOf(runtime, request, 'read').shop);
      return callsToday(shop.budget);
    },
  );
}
