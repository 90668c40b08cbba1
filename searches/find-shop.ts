import { shopWithHealth } from '../lib/feeds/lookups.ts';
import { choice } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_shop',
  noun: 'Shop',
  label: { en: 'Find Shop', zh: '查询店铺' },
  makeLabel: 'Get the Shop',
  description: { en: 'Finds the profile and the health level of the shop.', zh: '查询店铺资料和健康等级。' },
  inputs: {
    max_age: choice({
      label: { en: 'Data', zh: '数据' },
      choices: {
        day: { en: 'Up to 24 hours old', zh: '24 小时内的数据' },
        now: { en: 'Fresh (uses 2 calls)', zh: '最新（消耗 2 次调用）' },
      },
      default: 'day',
    }),
  },
  source: shopWithHealth,
});
