/** Names of the modules as Make's review wants them: a verb and a noun. Triggers "Watch", single records "Get". */

interface Names {
  label: string;
  /** Where it differs from the declaration's. */
  description?: string;
}

export const TRIGGER_LABELS: Readonly<Record<string, string>> = {
  account_alert: 'Watch Account Alerts',
  bad_review: 'Watch Bad Reviews',
  daily_report: 'Watch Daily Reports',
  dispute_deadline: 'Watch Dispute Deadlines',
  dispute_opened: 'Watch Disputes',
  logistics_stall: 'Watch Stalled Parcels',
  low_stock: 'Watch Low Stock',
  new_order: 'Watch Orders',
  order_cancelled: 'Watch Cancelled Orders',
  order_paid: 'Watch Paid Orders',
  order_status_changed: 'Watch Order Status Changes',
  parcel_delivered: 'Watch Delivered Parcels',
  product_taken_down: 'Watch Delisted Products',
  ship_deadline: 'Watch Shipping Deadlines',
};

/** `finds`: one record, as an action of Make returns it, or any number of them. */
export const SEARCH_LABELS: Readonly<Record<string, Required<Names> & { finds: 'one' | 'several' }>> = {
  find_call_budget: {
    label: 'Get the Call Budget',
    description: "Retrieves how many of today's calls are used and left.",
    finds: 'one',
  },
  find_dispute: {
    label: 'Search Disputes',
    description: 'Searches for disputes about an order or one of its line items.',
    finds: 'several',
  },
  find_order: { label: 'Get an Order', description: 'Retrieves an order by its number.', finds: 'one' },
  find_orders: {
    label: 'Search Orders',
    description: 'Searches for orders by status and date.',
    finds: 'several',
  },
  find_product: {
    label: 'Get a Product',
    description: 'Retrieves a product by its number, with the price and the stock of each SKU.',
    finds: 'one',
  },
  find_reviews: {
    label: 'Search Reviews',
    description: 'Searches for the reviews of up to 50 orders.',
    finds: 'several',
  },
  find_shop: {
    label: 'Get the Shop',
    description: 'Retrieves the profile and the health level of the shop.',
    finds: 'one',
  },
  find_tracking: {
    label: 'Get Parcel Tracking',
    description: 'Retrieves where a parcel is, with all its tracking events.',
    finds: 'one',
  },
};

export const ACTION_LABELS: Readonly<Record<string, string>> = {
  prepare_ticket: 'Prepare a Ticket',
  send_dingtalk_message: 'Send a DingTalk Message',
  send_feishu_message: 'Send a Feishu Message',
  summarize_orders: 'Summarize Orders',
};

/** @throws where an operation was added without a label */
export function labelOf<T>(labels: Readonly<Record<string, T>>, key: string): T {
  const label = labels[key];
  if (label === undefined) throw new Error(`lib/hosts/make/labels.ts has no label for ${key}`);
  return label;
}
