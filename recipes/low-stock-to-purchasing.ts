import { recipe } from '../lib/pack/recipe.ts';
import lowStock from '../triggers/low-stock.ts';
import { feishuMessage } from './steps.ts';

export default recipe({
  key: 'low_stock_to_purchasing',
  title: { en: 'Low stock → purchasing', zh: '库存不足 → 采购' },
  purpose: {
    en: 'When five pieces or fewer of a SKU are left, the SKU is posted to the purchasing group and added to its list.',
    zh: '某个 SKU 只剩 5 件或更少时，发到采购群并记入采购清单。',
  },
  trigger: lowStock,
  inputs: { max_stock: 5 },
  steps: [
    feishuMessage,
    {
      sheet: {
        name: { en: 'To be purchased', zh: '采购清单' },
        columns: [
          { title: { en: 'Product', zh: '商品' }, value: '{product_name}' },
          { title: { en: 'SKU', zh: 'SKU' }, value: '{sku_code}' },
          { title: { en: 'Stock', zh: '库存' }, value: '{stock}' },
          { title: { en: 'Changed at', zh: '库存变化时间' }, value: '{stock_changed_at_local}' },
          { title: { en: 'Product number', zh: '商品 ID' }, value: '{product_id}' },
          { title: { en: 'Page', zh: '链接' }, value: '{link}' },
        ],
      },
    },
  ],
  freshness: lowStock.feed.freshness,
  watch: [
    {
      en: 'Choose the few products that matter. A SKU is reported once, and again if it runs low after a restock.',
      zh: '只选择最重要的商品。同一 SKU 只通知一次，补货后再次不足时会再次通知。',
    },
  ],
});
