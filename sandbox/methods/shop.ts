/** The shop's profile and its health level. See docs/aliexpress.md#shop. */

import { healthAt } from '../health.ts';
import type { Context } from './query.ts';

export const profile = () => ({
  country_code: 'CN',
  product_posting_forbidden: false,
  merchant_login_id: 'canarymerchant',
  shop_id: 911_234_567n,
  shop_name: 'Harbor Lane Store',
  shop_type: 'official',
  shop_url: 'https://www.aliexpress.com/store/911234567',
});

/** Mixes camel and snake case, as documented. */
export function diagnosis({ shop, now }: Context) {
  const { levelCode, level, issues } = healthAt(shop.health, now);
  return {
    response: {
      success: 'true',
      diagnosisResult: {
        level: { levelCode, name: level },
        issue_num: String(issues),
        action_url: 'https://csp.aliexpress.com/m_apps/shop-health',
        shop_status_desc: levelCode === 0 ? 'Your shop is healthy' : 'Your shop has open issues',
      },
    },
  };
}
