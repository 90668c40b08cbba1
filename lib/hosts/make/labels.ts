/** Names of the modules as Make's review wants them: a verb and a noun. Triggers "Watch", single records "Get". */

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

/** Whether a search finds one record, as an action of Make returns it, or several; its label and description. */
export const SEARCH_LABELS: Readonly<Record<string, readonly ['one' | 'several', string, string]>> = {
  find_call_budget: ['one', 'Get the Call Budget', "Retrieves how many of today's calls are used and left."],
  find_dispute: [
    'several',
    'Search Disputes',
    'Searches for disputes about an order or one of its line items.',
  ],
  find_order: ['one', 'Get an Order', 'Retrieves an order by its number.'],
  find_orders: ['several', 'Search Orders', 'Searches for orders by status and date.'],
  find_product: [
    'one',
    'Get a Product',
    'Retrieves a product by its number, with price and stock of each SKU.',
  ],
  find_reviews: ['several', 'Search Reviews', 'Searches for the reviews of up to 50 orders.'],
  find_shop: ['one', 'Get the Shop', 'Retrieves the profile and the health level of the shop.'],
  find_tracking: ['one', 'Get Parcel Tracking', 'Retrieves where a parcel is, with all its tracking events.'],
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
