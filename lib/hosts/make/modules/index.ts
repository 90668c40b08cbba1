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
      en: 'Each parcel takes calls of its own, and which is asked next is planned over days. The scenario stalled-parcels.json looks at each parcel once, two weeks after its order.',
      zh: '每个包裹都要单独调用，查询顺序需跨天规划。请使用场景 stalled-parcels.json：每个包裹在下单两周后查询一次。',
    },
  },
  {
    key: 'parcel_delivered',
    because: {
      en: 'As for stalled parcels. In the same scenario, filter on *Delivered*.',
      zh: '原因同上。可在同一场景中按 Delivered 过滤。',
    },
  },
];

/** What is a module, and sees less than on Zapier. */
export const partlyOnMake: readonly NotOnMake[] = [
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
