import * as z from 'zod';
import { defineMethod, idParameter, objectWithAnyOf, objectWithOrEmpty } from '../method.ts';

/** One product with its SKUs and their stock, or none. See docs/aliexpress.md#products-and-stock. */
export const productDetail = defineMethod({
  name: 'aliexpress.offer.product.query',
  family: 'business',
  request: () =>
    z.strictObject({ productId: idParameter }).transform(({ productId }) => ({ product_id: productId })),
  answer: () =>
    objectWithOrEmpty('result')
      .pipe(z.object({ result: objectWithAnyOf('product_id').nullish() }))
      .transform(({ result }) => ({ items: result ? [result] : [] })),
  personalData: 'none',
  source: 'docs/aliexpress.md#products-and-stock',
});
