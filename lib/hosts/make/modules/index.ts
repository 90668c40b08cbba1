/** The operations of the pack → the modules of the Make app. What is no module is in `notOnMake`, with the reason. */

import type { Method } from '../../../aliexpress/method.ts';
import { orders } from '../../../feeds/orders.ts';
import type { ActionDeclaration, SearchDeclaration, TriggerDeclaration } from '../../../pack/operation.ts';
import type { MakeModule, NotOnMake } from '../module.ts';
import { accountAlert, callBudget } from './account.ts';
import { dailyDigest } from './daily-digest.ts';
import { disputeDeadline, disputeOpened } from './disputes.ts';
import { findOrders } from './find-orders.ts';
import { methodSearch } from './lookups.ts';
import { lowStock } from './low-stock.ts';
import { orderTrigger, shipDeadline } from './order-triggers.ts';
import { prepareTicket } from './prepare-ticket.ts';
import { productTakenDown } from './products.ts';
import { badReview, findReviews } from './reviews.ts';
import { sendFeishuCard } from './send-feishu-card.ts';
import { shopProfile } from './shop-profile.ts';
import { summarizeOrders } from './summarize-orders.ts';
import { trackParcel } from './track-parcel.ts';

export interface Operations {
  triggers: readonly TriggerDeclaration[];
  searches: readonly SearchDeclaration<Method>[];
  actions: readonly ActionDeclaration<never>[];
}

const triggerModules: Record<string, (trigger: TriggerDeclaration) => MakeModule> = {
  ship_deadline: shipDeadline,
  account_alert: accountAlert,
  bad_review: badReview,
  low_stock: lowStock,
  dispute_opened: disputeOpened,
  dispute_deadline: disputeDeadline,
  product_taken_down: productTakenDown,
  daily_digest: dailyDigest,
};

const searchModules: Record<string, (search: SearchDeclaration<Method>) => MakeModule> = {
  find_orders: findOrders,
  call_budget: callBudget,
  find_reviews: findReviews,
  track_parcel: trackParcel,
  shop_profile: shopProfile,
};

const actionModules: Record<string, (action: ActionDeclaration<never>) => MakeModule> = {
  send_feishu_card: sendFeishuCard,
  prepare_ticket: prepareTicket,
  summarize_orders: summarizeOrders,
};

/** What needs a plan over days, which scenarios do not have. */
export const notOnMake: readonly NotOnMake[] = [
  {
    key: 'logistics_stall',
    because: {
      en: 'Each parcel takes calls of its own, and which is asked next is planned over days. The scenario stalled-parcels.json looks once at up to 30 parcels a day, two weeks after their order.',
      zh: '每个包裹都要单独调用，查询顺序需跨天规划。请使用场景 stalled-parcels.json：每天最多查询 30 个包裹，各在下单两周后查询一次。',
    },
  },
  {
    key: 'parcel_delivered',
    because: {
      en: 'As for stalled parcels. In the same scenario put a filter on *Delivered* in the place of the other: it finds what arrived within two weeks.',
      zh: '原因同上。可在同一场景中把过滤条件换成 *Delivered*，能发现下单两周内签收的包裹。',
    },
  },
];

/** What is a module, and sees less than on Zapier. */
export const partlyOnMake: readonly NotOnMake[] = [
  {
    key: 'low_stock',
    because: {
      en: 'A run asks for each product: 5 at most, and 20 SKUs of each. On Zapier 20 products are looked at in turn.',
      zh: '每次运行逐个查询商品，最多 5 个，每个 20 个 SKU；在 Zapier 上轮流查询 20 个商品。',
    },
  },
  {
    key: 'product_taken_down',
    because: {
      en: 'One of three lists, and its first 99 products. For the others copy the scenario and choose them under *Products*.',
      zh: '只看三个列表之一的前 99 个商品。其余列表请复制场景并在 *Products* 中选择。',
    },
  },
  {
    key: 'dispute_opened',
    because: { en: 'The first 50 open disputes.', zh: '处理中的前 50 个纠纷。' },
  },
  {
    key: 'dispute_deadline',
    because: { en: 'The 4 oldest of the open disputes.', zh: '处理中纠纷里最早的 4 个。' },
  },
  {
    key: 'daily_digest',
    because: {
      en: 'Open disputes, bad reviews and stalled parcels are not in it: no run remembers them.',
      zh: '不含处理中纠纷、差评和停滞包裹：运行之间不保留这些数据。',
    },
  },
  {
    key: 'call_budget',
    because: {
      en: 'What waits for calls is not in it: on Make nothing waits.',
      zh: '不含等待情况：Make 上没有等待队列。',
    },
  },
  {
    key: 'bad_review',
    because: {
      en: 'Orders are asked for their reviews while they are among the 50 completed last, and no longer. On Zapier they are for 30 days.',
      zh: '仅查询最近完成的 50 个订单的评价；在 Zapier 上则持续查询 30 天。',
    },
  },
];

export function toModules({ triggers, searches, actions }: Operations): MakeModule[] {
  return [
    ...triggers.flatMap((each) => {
      const toModule = triggerModules[each.key] ?? (each.feed.key === orders.key ? orderTrigger : undefined);
      return toModule?.(each) ?? [];
    }),
    ...searches.flatMap((each) =>
      'method' in each ? methodSearch(each) : (searchModules[each.key]?.(each) ?? []),
    ),
    ...actions.flatMap((each) => actionModules[each.key]?.(each) ?? []),
  ];
}
