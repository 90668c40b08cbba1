import { productDetail } from '../lib/aliexpress/methods/product-detail.ts';
import { productDetailRecord } from '../lib/aliexpress/records/product-detail.ts';
import { input } from '../lib/pack/expression.ts';
import { text } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_product',
  noun: 'Product',
  label: 'Find Product',
  description:
    'Finds a product of the shop by its number, with price and stock of each SKU. Uses one of the 200 calls of the day.',
  inputs: {
    product_number: text({
      label: 'Product Number',
      help: 'The digits in the address of the product page, or a product ID from the event of an order trigger.',
      required: true,
      pattern: /\d{6,19}/,
      allowed: { en: 'an AliExpress product number, 6 to 19 digits', zh: '速卖通商品编号，6 至 19 位数字' },
    }),
  },
  method: productDetail,
  request: { product_id: input('product_number') },
  record: productDetailRecord,
});
