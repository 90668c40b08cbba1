import { products } from '../lib/feeds/products.ts';
import { field, ifGiven, input, oneOf } from '../lib/pack/expression.ts';
import { choices } from '../lib/pack/input.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'product_taken_down',
  noun: 'Off-Shelf Product',
  label: 'Product Taken Down',
  description:
    'Triggers when a product leaves the shelf: taken offline, deleted, or sent back for correction.',
  feed: products,
  inputs: {
    causes: choices({
      label: 'Causes',
      help: 'Leave empty for all.',
      choices: {
        expire_offline: 'Its listing expired',
        user_offline: 'Taken offline by the seller',
        violate_offline: 'Taken offline for a trade violation',
        punish_offline: 'Taken offline for breaking platform rules',
        degrade_offline: 'Taken offline after a downgrade',
        industry_offline: 'The category contract was not renewed',
        service_delete: 'Deleted by AliExpress',
        editingRequired: 'Sent back by AliExpress for correction',
      },
    }),
  },
  where: ifGiven('causes', oneOf(field('cause'), input('causes'))),
  id: '{product_id}/{cause}/{left_at}',
  occurredAt: field('left_at'),
  message: {
    severity: 'warning',
    title: { en: 'Off the shelf: {product_name}', zh: '商品已下架：{product_name}' },
    text: {
      en: '**Cause** {cause_name}\n**Product** {product_name}\n**Product number** {product_id}\n**Taken down** {left_at|time} (Beijing)',
      zh: '**原因** {cause_name_zh}\n**商品** {product_name}\n**商品编号** {product_id}\n**下架时间** {left_at|time}（北京时间）',
    },
  },
});
