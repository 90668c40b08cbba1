import { ANY_STATUS, DAYS_FIELD, MAX_DAYS, MIN_DAYS_FIELD, ordersOfPeriod } from '../lib/feeds/lookups.ts';
import { choice, integer } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_orders',
  noun: 'Order',
  label: 'Find Orders',
  description:
    'Finds orders by status and age, without country and tracking number, which Find Order brings. Uses one of the 200 calls of the day for each page of 50.',
  inputs: {
    status: choice({
      label: 'Status',
      choices: {
        [ANY_STATUS]: 'Any but finished or closed',
        PLACE_ORDER_SUCCESS: 'Awaiting payment',
        RISK_CONTROL: 'Paid, held for up to 24 hours',
        WAIT_SELLER_SEND_GOODS: 'Paid, to be shipped',
        SELLER_PART_SEND_GOODS: 'Shipped in part',
        WAIT_BUYER_ACCEPT_GOODS: 'Shipped',
        FUND_PROCESSING: 'Received, funds in progress',
        IN_CANCEL: 'Cancellation requested',
        IN_ISSUE: 'In dispute',
        IN_FROZEN: 'Frozen',
        FINISH: 'Finished or closed',
      },
      default: ANY_STATUS,
    }),
    days: integer({
      label: DAYS_FIELD,
      help: 'Orders that were placed within so many days: 1 to 180, for finished or closed orders 1 to 30.',
      default: 7,
      min: 1,
      max: MAX_DAYS,
    }),
    least_days: integer({
      label: MIN_DAYS_FIELD,
      help: 'Leaves out orders that were placed within so many days. With 15 above and 14 here: the orders of one day, two weeks ago.',
      default: 0,
      min: 0,
      max: MAX_DAYS - 1,
    }),
    most_pages: integer({
      label: 'Most Pages',
      help: 'A page holds 50 orders. Reading stops sooner where there are no more.',
      default: 1,
      min: 1,
      max: 5,
    }),
  },
  source: ordersOfPeriod,
});
