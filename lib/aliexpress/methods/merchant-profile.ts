import * as z from 'zod';
import { defineMethod, objectWithAnyOf } from '../method.ts';
import * as wire from '../wire.ts';

/** The shop to which the token belongs. See docs/aliexpress.md#shop. */
export const merchantProfile = defineMethod({
  name: 'aliexpress.solution.merchant.profile.get',
  family: 'business',
  request: () => z.strictObject({}),
  answer: () =>
    objectWithAnyOf('shop_id', 'shop_name').pipe(
      z.object({
        shop_id: wire.id.nullish(),
        shop_name: wire.text.nullish(),
        shop_url: wire.text.nullish(),
        country_code: wire.text.nullish(),
        product_posting_forbidden: wire.bool.nullish(),
      }),
    ),
  personalData: 'none',
  source: 'docs/aliexpress.md#shop',
});
