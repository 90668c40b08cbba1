import { productDetail } from '../lib/aliexpress/methods/product-detail.ts';
import { productDetailRecord } from '../lib/aliexpress/records/product-detail.ts';
import { idInput } from '../lib/aliexpress/spelling.ts';
import { knownProducts } from '../lib/feeds/lists.ts';
import { input } from '../lib/pack/expression.ts';
import { text } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_product',
  noun: 'Product',
  label: { en: 'Find Product', zh: '查询商品' },
  makeLabel: 'Get a Product',
  description: {
    en: 'Finds a product by its number, with price and stock of each SKU.',
    zh: '按商品 ID 查询商品及各 SKU 的价格和库存。',
  },
  inputs: {
    product_id: text({
      label: { en: 'Product', zh: '商品' },
      help: {
        en: 'A known product, or a mapped product number. Uses 1 call.',
        zh: '选择商品，或填入商品 ID。消耗 1 次调用。',
      },
      required: true,
      dropdown: knownProducts,
      ...idInput,
      allowed: { en: 'an AliExpress product number, 6 to 19 digits', zh: '速卖通商品 ID，6 至 19 位数字' },
    }),
  },
  method: productDetail,
  request: { productId: input('product_id') },
  record: productDetailRecord,
});
