/** AliExpress's product statuses, and why a product is offline, in words. [facts §3.6] */

import { inLanguage } from './bilingual.ts';

const statuses = {
  onSelling: { en: 'on sale', zh: '正在销售' },
  offline: { en: 'offline', zh: '已下架' },
  auditing: { en: 'under review', zh: '审核中' },
  editingRequired: { en: 'to be corrected', zh: '审核不通过' },
  service_delete: { en: 'deleted by AliExpress', zh: '平台已删除' },
  deleted: { en: 'deleted', zh: '已删除' },
};

const offlineReasons = {
  user_offline: { en: 'taken offline by the seller', zh: '手动下架' },
  expire_offline: { en: 'listing expired', zh: '到期下架' },
  punish_offline: { en: 'taken offline for breaking platform rules', zh: '网规处罚下架' },
  violate_offline: { en: 'taken offline for a trade violation', zh: '交易违规下架' },
  degrade_offline: { en: 'taken offline after a downgrade', zh: '降级下架' },
  industry_offline: { en: 'category contract not renewed', zh: '未续约下架' },
};

export const productStatusNames = inLanguage(statuses, 'en');
export const productStatusNamesZh = inLanguage(statuses, 'zh');
export const offlineReasonNames = inLanguage(offlineReasons, 'en');
export const offlineReasonNamesZh = inLanguage(offlineReasons, 'zh');
