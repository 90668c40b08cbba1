/** AliExpress's product statuses, and why a product is offline, in words. See docs/aliexpress.md#products-and-stock. */

import { choiceLabels, inLanguage } from './bilingual.ts';

const statuses = {
  onSelling: { en: 'on sale', zh: '正在销售' },
  offline: { en: 'offline', zh: '已下架' },
  auditing: { en: 'under review', zh: '审核中' },
  editingRequired: { en: 'sent back for correction', zh: '审核不通过' },
  service_delete: { en: 'deleted by AliExpress', zh: '平台删除' },
  deleted: { en: 'deleted', zh: '已删除' },
};

const offlineReasons = {
  expire_offline: { en: 'listing expired', zh: '到期下架' },
  user_offline: { en: 'by the seller', zh: '手动下架' },
  violate_offline: { en: 'trade violation', zh: '交易违规下架' },
  punish_offline: { en: 'platform penalty', zh: '网规处罚下架' },
  degrade_offline: { en: 'downgrade', zh: '降级下架' },
  industry_offline: { en: 'category contract not renewed', zh: '未续约下架' },
};

/** What AliExpress writes as the offline reason of a product that is on sale. */
export const NO_REASON: readonly string[] = ['0'];

export const PRODUCT_STATUSES: readonly string[] = Object.keys(statuses);

/** The offline reason of what the seller has taken offline. */
export const SELLERS_REASON = 'user_offline' satisfies keyof typeof offlineReasons;

export const ON_SALE = 'onSelling' satisfies keyof typeof statuses;
/** No longer on sale, for one of the offline reasons. */
export const OFFLINE = 'offline';
/** Not approved: the seller has to correct it. */
export const SENT_BACK = 'editingRequired';
const { service_delete, editingRequired } = statuses;
/** The statuses of products that are no longer on sale. */
export const DELISTED = [OFFLINE, 'service_delete', SENT_BACK] as const satisfies (keyof typeof statuses)[];

/** Why a product is no longer on sale: its offline reason or, where it is not offline, its status. */
export const removalReason = (status: string, offlineReason: string | undefined): string =>
  (status === OFFLINE && offlineReason) || status;

const removalReasons = { ...statuses, ...offlineReasons };
export const removalReasonNames = inLanguage(removalReasons, 'en');
export const removalReasonNamesZh = inLanguage(removalReasons, 'zh');
/** Reason → label. */
export const removalReasonChoices = choiceLabels({ ...offlineReasons, service_delete, editingRequired });

export const productStatusNames = inLanguage(statuses, 'en');
export const productStatusNamesZh = inLanguage(statuses, 'zh');
export const offlineReasonNames = inLanguage(offlineReasons, 'en');
export const offlineReasonNamesZh = inLanguage(offlineReasons, 'zh');
