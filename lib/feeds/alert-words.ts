/** What an account alert says, by its type. Templates over the facts of the alert; {elapsed} is in percent, {feed} a name of the list below. */

import type { Bilingual } from '../problems.ts';
import type { FeedKey } from './engine/feed-status.ts';

export const ALERTS = {
  budget_80: {
    headline: { en: "80% of today's AliExpress calls are used", zh: '今日接口调用已用 80%' },
    detail: {
      en: '{used} of {limit} calls are used, {elapsed}% of the day is over. If this happens often, turn off workflows you do not need.',
      zh: '已用 {used}/{limit} 次，当天已过 {elapsed}%。如经常出现，请停用不需要的流程。',
    },
  },
  budget_100: {
    headline: { en: "Today's AliExpress calls are used up", zh: '今日接口调用已用完' },
    detail: {
      en: 'Checks resume when the count resets. You do not need to do anything.',
      zh: '重置后自动恢复，无需操作。',
    },
  },
  store_forgot: {
    headline: { en: "The store lost today's call count", zh: '存储丢失了今日的调用计数' },
    detail: {
      en: 'To stay within the daily limit, no calls are made until {until|time}. The publisher can prevent this with a Redis that has persistence and maxmemory-policy noeviction.',
      zh: '为避免超出每日上限，{until|time} 前不再发起调用。发布者可改用已开启持久化、maxmemory-policy 设为 noeviction 的 Redis 来避免。',
    },
  },
  calls_paused: {
    headline: { en: "AliExpress has paused this shop's calls", zh: '速卖通暂停了本店的接口调用' },
    detail: {
      en: 'There were too many requests in a short time, possibly from another app on the same account. Calls resume automatically.',
      zh: '短时间内请求过多，也可能来自同一账号的其他应用。到时自动恢复。',
    },
  },
  app_limited: {
    headline: {
      en: 'The AliExpress app has made too many requests for all its shops together',
      zh: '该应用（所有店铺合计）请求过多',
    },
    detail: { en: 'Checks resume automatically. No action is needed.', zh: '到时自动恢复，无需操作。' },
  },
  aliexpress_unreachable: {
    headline: {
      en: 'AliExpress has not responded correctly since {since|time}',
      zh: '{since|time} 起速卖通响应异常',
    },
    detail: {
      en: 'Affected: {feed}. Known data is used until AliExpress responds. No action is needed.',
      zh: '受影响：{feed}。期间使用已有数据，恢复后自动补查，无需操作。',
    },
  },
  aliexpress_rejected: {
    headline: {
      en: 'AliExpress has rejected requests since {since|time}',
      zh: '{since|time} 起速卖通拒绝请求',
    },
    detail: {
      en: 'Affected: {feed} ({method}, code {code}). It is tried again; if it continues for a day, tell the publisher.',
      zh: '受影响：{feed}（{method}，代码 {code}）。会自动重试，如持续一天，请告知发布者。',
    },
  },
  method_retired: {
    headline: {
      en: 'AliExpress has changed an interface that the connector uses',
      zh: '连接器使用的速卖通接口已变更',
    },
    detail: {
      en: 'Affected: {feed} ({method}, code {code}). The connector needs an update; tell its publisher.',
      zh: '受影响：{feed}（{method}，代码 {code}）。连接器需要更新，请告知发布者。',
    },
  },
  answer_changed: {
    headline: {
      en: 'Data from AliExpress has an unexpected format',
      zh: '速卖通返回的数据格式异常',
    },
    detail: {
      en: 'Affected: {feed} ({method}, field "{field}"). Please report this to the publisher.',
      zh: '受影响：{feed}（{method}，字段 “{field}”）。请告知发布者。',
    },
  },
  permission_missing: {
    headline: {
      en: 'The app has no permission for some data of this shop',
      zh: '该应用缺少部分接口权限',
    },
    detail: {
      en: 'Affected: {feed} ({method}, code {code}). Request the matching API group in the App Console, then reconnect the shop.',
      zh: '受影响：{feed}（{method}，代码 {code}）。请在应用控制台申请相应的接口权限组，然后重新连接店铺。',
    },
  },
  clock_wrong: {
    headline: {
      en: 'The clock of this computer is {minutes} minutes {direction}',
      zh: '本机时间{direction} {minutes} 分钟',
    },
    detail: {
      en: 'The connector uses the time of AliExpress instead, so no event is missed. Set the clock of the computer that runs the connector automatically.',
      zh: '连接器改用速卖通的时间，不会漏报。请在运行连接器的电脑上开启自动校时。',
    },
  },
  events_skipped: {
    headline: {
      en: '{subject} from {from|time} to {to|time} were not announced',
      zh: '{from|time} 至 {to|time} 的{subject}未通知',
    },
    detail: {
      en: '{cause} {advice}',
      zh: '{cause}{advice}',
    },
  },
  reconnect_soon: {
    headline: {
      en: 'Reconnect your AliExpress shop by {until|time}',
      zh: '请在 {until|time} 前重新连接店铺',
    },
    detail: {
      en: 'The authorization cannot be renewed automatically after that. In Zapier: App Connections > Reconnect; in the hub: on its page.',
      zh: '到期后无法自动续期。Zapier：App Connections → Reconnect；中转服务：在页面上重新连接。',
    },
  },
  tracker_quota_low: {
    headline: { en: '{left} of {total} 17TRACK credits are left', zh: '17TRACK 额度剩余 {left}/{total}' },
    detail: {
      en: 'Each new parcel uses one. Without credits, 17TRACK does not follow new parcels; those that it follows already are not affected. Buy credits at 17TRACK, or wait for the next month.',
      zh: '每个新包裹消耗一个额度。额度用完后 17TRACK 不再追踪新包裹，已登记的不受影响。请在 17TRACK 补充额度，或等待下月重置。',
    },
  },
  tracker_unreachable: {
    headline: { en: '17TRACK has not answered since {since|time}', zh: '17TRACK 自 {since|time} 起无响应' },
    detail: {
      en: 'Until it answers, parcels are checked with AliExpress calls, fewer and later. If it lasts, check at 17TRACK whether your account is active.',
      zh: '恢复前改用速卖通调用查询包裹，数量较少且较慢。如持续存在，请在 17TRACK 确认账户状态。',
    },
  },
  tracker_key_refused: {
    headline: { en: '17TRACK does not accept the key of this shop', zh: '17TRACK 不接受本店的密钥' },
    detail: {
      en: 'Parcels are not followed by 17TRACK until this is changed. Copy the key again from the settings of 17TRACK, leave the IP whitelist off, and enter it in the connection (Zapier: App Connections > Reconnect; hub: on its page).',
      zh: '更正前 17TRACK 不追踪包裹。请在 17TRACK 的设置中重新复制密钥，保持 IP 白名单关闭，并填入连接（Zapier：App Connections → Reconnect；中转服务：在页面上填写）。',
    },
  },
} as const satisfies Record<string, { headline: Bilingual; detail: Bilingual }>;

export type AlertType = keyof typeof ALERTS;

export interface Alert {
  type: AlertType;
  /** What distinguishes it from other alerts of its type. */
  key: string;
  facts?: Record<string, string | number | Bilingual>;
  /** When it was found, epoch milliseconds; left out where it is true now. */
  raisedAt?: number;
  /** Epoch milliseconds; left out if it is not known. */
  until?: number;
}

export const FEED_NAMES: Readonly<Record<FeedKey, Bilingual>> = {
  orders: { en: 'orders', zh: '订单' },
  reviews: { en: 'reviews', zh: '评价' },
  parcels: { en: 'parcels', zh: '包裹' },
  abnormal_parcels: { en: 'abnormal parcels', zh: '异常包裹' },
  disputes: { en: 'disputes', zh: '纠纷' },
  products: { en: 'products', zh: '商品' },
  stock: { en: 'stock', zh: '库存' },
};

/** Why a feed's records wait to be fetched. */
export const WAITING_REASONS = {
  none: { en: 'nothing is waiting', zh: '无等待' },
  paused: { en: 'AliExpress has paused the calls', zh: '接口调用被暂停' },
  used_up: { en: "today's calls are used up", zh: '今日调用额度已用完' },
  paced: { en: 'the calls are spread over the day', zh: '调用按计划分配到全天' },
  whole_lists: {
    en: 'the time of change does not show every removed product, so whole lists are read page by page',
    zh: '按更新时间查询会漏掉部分下架商品，已改为逐页查询全部列表',
  },
} as const satisfies Record<string, Bilingual>;

/** What was skipped, and what the seller can do: `{subject}` and `{advice}`. @param feed left out if it may be any */
export function skippedWords(feed: FeedKey | undefined): { subject: Bilingual; advice: Bilingual } {
  if (feed === 'orders')
    return {
      subject: { en: 'Orders', zh: '订单' },
      advice: { en: 'Use Find Orders to list the orders.', zh: '请用“批量查询订单”补查。' },
    };
  const name = feed && FEED_NAMES[feed];
  return {
    subject: name ? { en: `Events about ${name.en}`, zh: `${name.zh}事件` } : { en: 'Events', zh: '事件' },
    advice: {
      en: `Check ${name ? `${name.en} of ` : ''}this time in Seller Center.`,
      zh: `请在卖家后台核对该时段的${name?.zh ?? '数据'}。`,
    },
  };
}

/** Why events were skipped: the sentence that stands as `{cause}`. */
export const SKIP_CAUSES = {
  incomplete_list: {
    en: 'A list of AliExpress could not be read completely, so some events of this time may be missing.',
    zh: '速卖通的列表未能完整读取，该时段的个别事件可能未通知。',
  },
  store_lost: {
    en: 'The store of the connector lost data, so some events of this time may be missing.',
    zh: '连接器的存储丢失了数据，该时段的个别事件可能未通知。',
  },
  held: {
    en: 'A workflow of this shop did not run for a day or longer.',
    zh: '该店铺有流程超过一天未运行。',
  },
  /** @param orders that changed in that time, as far as AliExpress counts them */
  pause: (orders: number): Bilingual => ({
    en: `No workflow of this shop ran for more than 7 days. At least ${orders} orders changed in this time.`,
    zh: `该店铺的流程超过 7 天未运行，该时段至少有 ${orders} 个订单发生变化。`,
  }),
};
