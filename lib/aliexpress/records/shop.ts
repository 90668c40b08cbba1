/**
 * The shop and how AliExpress judges it. The raw object is `{ profile, diagnosis }`: the answers of `merchantProfile`
 * and of `shopHealth`. Without the second the shop's health is empty.
 */

import { record } from '../../pack/record.ts';
import { healthLevelNames, healthLevelNamesZh } from '../health-levels.ts';

const LEVEL = 'diagnosis.response.diagnosisResult.level.levelCode';

export const shop = record({
  key: 'shop',
  id: 'shop_id',
  link: '{shop_url}',
  fields: {
    shop_id: { label: 'Shop ID', from: 'profile.shop_id', as: 'id', required: true },
    shop_name: { label: 'Shop Name', from: 'profile.shop_name', as: 'text' },
    shop_url: { label: 'Shop Page', from: 'profile.shop_url', as: 'text' },
    country: { label: 'Country', from: 'profile.country_code', as: 'text' },
    posting_forbidden: {
      label: 'New Products Forbidden',
      from: 'profile.product_posting_forbidden',
      as: 'boolean',
    },
    level: {
      label: 'Health Level',
      help: '0 healthy, 100 average, 200 serious, 300 frozen, 400 closed.',
      from: LEVEL,
      as: 'integer',
    },
    level_name: { label: 'Health in Words', from: LEVEL, as: 'lookup', table: healthLevelNames },
    level_name_zh: {
      label: 'Health in Words (Chinese)',
      from: LEVEL,
      as: 'lookup',
      table: healthLevelNamesZh,
    },
    issue_num: {
      label: 'Number of Issues',
      help: 'What AliExpress wants put right.',
      from: 'diagnosis.response.diagnosisResult.issue_num',
      as: 'integer',
    },
    action_url: {
      label: 'Page to Act On',
      from: 'diagnosis.response.diagnosisResult.action_url',
      as: 'text',
    },
  },
});
