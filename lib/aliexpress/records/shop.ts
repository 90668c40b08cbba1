/**
 * The shop and its health level. The raw object is `{ seller_id, profile, diagnosis }`: the seller of the token answer
 * and the answers of `merchantProfile` and `shopHealth`; without the last the health is empty. See docs/aliexpress.md#shop.
 */

import { record } from '../../pack/record.ts';
import { healthLevelNames, healthLevelNamesZh } from '../health-levels.ts';

const LEVEL = 'diagnosis.response.diagnosisResult.level.levelCode';

export const shop = record({
  key: 'shop',
  id: 'store_number',
  link: '{store_url}',
  fields: {
    store_number: {
      label: { en: 'Store Number', zh: '店铺号' },
      help: { en: 'The number in the address of the store page.', zh: '店铺网址中的数字。' },
      from: 'profile.shop_id',
      as: 'id',
      required: true,
    },
    shop_id: {
      label: { en: 'Shop Number', zh: '店铺编号' },
      help: { en: 'The seller ID of the connection.', zh: '该连接的卖家 ID。' },
      from: 'seller_id',
      as: 'id',
    },
    shop_name: { label: { en: 'Shop Name', zh: '店铺名称' }, from: 'profile.shop_name', as: 'text' },
    store_url: { label: { en: 'Store Page', zh: '店铺主页' }, from: 'profile.shop_url', as: 'url' },
    country_code: { label: { en: 'Country Code', zh: '国家代码' }, from: 'profile.country_code', as: 'text' },
    is_posting_blocked: {
      label: { en: 'Posting Blocked', zh: '是否禁止发布' },
      from: 'profile.product_posting_forbidden',
      as: 'boolean',
    },
    health_level: { label: { en: 'Health Level Code', zh: '健康等级代码' }, from: LEVEL, as: 'integer' },
    health_name: {
      label: { en: 'Health', zh: '健康状况（英文）' },
      from: LEVEL,
      as: 'lookup',
      table: healthLevelNames,
    },
    health_name_zh: {
      label: { en: 'Health (Chinese)', zh: '健康状况' },
      from: LEVEL,
      as: 'lookup',
      table: healthLevelNamesZh,
    },
    issue_count: {
      label: { en: 'Open Issues', zh: '待处理问题数' },
      from: 'diagnosis.response.diagnosisResult.issue_num',
      as: 'integer',
    },
    issue_url: {
      label: { en: 'Issues Page', zh: '处理页面' },
      from: 'diagnosis.response.diagnosisResult.action_url',
      as: 'url',
    },
  },
});
