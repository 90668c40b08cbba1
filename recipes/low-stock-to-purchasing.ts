import { recipe } from '../lib/pack/recipe.ts';
import lowStock from '../triggers/low-stock.ts';
import { feishuCard } from './steps.ts';

export default recipe({
  key: 'low_stock_to_purchasing',
  title: { en: 'Low stock → purchasing', zh: '库存不足 → 采购' },
  purpose: {
    en: 'When five pieces or fewer of a SKU are left, the purchasing group is told, and the SKU is added to its list.',
    zh: '某个 SKU 只剩 5 件或更少时，通知采购群，并记入采购清单。',
  },
  trigger: lowStock,
  inputs: { threshold: 5 },
  steps: [
    feishuCard,
    {
      sheet: {
        name: { en: 'To be purchased', zh: '采购清单' },
        columns: [
          { title: { en: 'Product', zh: '商品' }, value: '{product_name}' },
          { title: { en: 'SKU', zh: 'SKU' }, value: '{sku_code}' },
          { title: { en: 'Stock', zh: '库存' }, value: '{stock}' },
          { title: { en: 'Seen at', zh: '发现时间' }, value: '{stock_changed_at}' },
          { title: { en: 'Product number', zh: '商品编号' }, value: '{product_id}' },
          { title: { en: 'Page', zh: '链接' }, value: '{link}' },
        ],
      },
    },
  ],
  freshness: {
    en: 'Each look at a product is one call. No product is looked at more often than every 20 minutes, and 20 products a few times a day, the longest waiting first.',
    zh: '每查询一个商品用一个调用，同一商品最快 20 分钟一次，等待最久的优先。',
  },
  watch: [
    {
      en: 'Name the few products that matter, 20 at most. A SKU is announced once, and again when it runs low after a restock.',
      zh: '只填写最重要的商品，最多 20 个。同一 SKU 只提醒一次，补货后再次不足时会再提醒。',
    },
  ],
});
