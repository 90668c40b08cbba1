import * as z from 'zod';
import { defineMethod, idParameter, objectWithAnyOf, objectWithOrEmpty } from '../method.ts';

/** One product with its SKUs and their stock. At most 20 a second. */
export const productDetail = defineMethod({
  name: 'aliexpress.offer.product.query',
  family: 'business',
  request: z.strictObject({ product_id: idParameter }),
  answer: objectWithOrEmpty('result').pipe(z.object({ result: objectWithAnyOf('product_id').nullish() })),
  items: 'result',
  personalData: 'none',
  source: 'docs/aliexpress.md#products-and-stock',
});
