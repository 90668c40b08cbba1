import { shopProfile } from '../lib/feeds/lookups.ts';
import { choice } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'shop_profile',
  noun: 'Shop Profile',
  label: { en: 'Find Shop', zh: '查询店铺' },
  description: { en: 'Finds the profile and the health level of the shop.', zh: '查询店铺资料和健康等级。' },
  inputs: {
    age: choice({
      label: { en: 'Data', zh: '数据' },
      help: {
        en: 'The same answer serves 24 hours. Fresh data uses up to 2 calls.',
        zh: '24 小时内沿用已查询的数据；查询最新数据最多消耗 2 次调用。',
      },
      choices: {
        day: { en: 'Up to 24 hours old', zh: '24 小时内的数据' },
        now: { en: 'Fresh (uses 2 calls)', zh: '最新（消耗 2 次调用）' },
      },
      default: 'day',
    }),
  },
  source: shopProfile,
});
