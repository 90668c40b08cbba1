/** The shop in figures, once a day. Made by the pack itself, not by AliExpress. */

import { record } from '../../pack/record.ts';
import { SELLER_CENTER } from './order.ts';

/** Figures that come from a feed of their own. */
const WHERE_KNOWN = 'Empty where no workflow looks at them.';

export const digest = record({
  key: 'digest',
  id: 'digest_id',
  link: SELLER_CENTER,
  fields: {
    digest_id: { label: 'Digest Number', from: 'digest_id', as: 'text', required: true },
    date: { label: 'Date', help: 'In the chosen time zone.', from: 'date', as: 'text', required: true },
    digest_at: {
      label: 'Digest At',
      help: 'The figures are about the 24 hours before.',
      from: 'digest_at',
      as: 'epoch_time',
      required: true,
    },
    complete_since: {
      label: 'Complete Since',
      help: 'What happened to orders before is not in the figures.',
      from: 'complete_since',
      as: 'epoch_time',
    },
    orders: { label: 'Orders Placed', from: 'orders', as: 'integer' },
    revenue: {
      label: 'Revenue of Paid Orders',
      help: 'By currency, without cancelled orders.',
      from: 'revenue',
      as: 'text',
    },
    cancelled: { label: 'Orders Cancelled', from: 'cancelled', as: 'integer' },
    awaiting_payment: { label: 'Orders Awaiting Payment', from: 'awaiting_payment', as: 'integer' },
    to_ship: { label: 'Orders to Ship', from: 'to_ship', as: 'integer' },
    overdue: { label: 'Orders Overdue', from: 'overdue', as: 'integer' },
    open_disputes: { label: 'Open Disputes', help: WHERE_KNOWN, from: 'open_disputes', as: 'integer' },
    bad_reviews: {
      label: 'Bad Reviews Found',
      help: `Up to 3 stars. ${WHERE_KNOWN}`,
      from: 'bad_reviews',
      as: 'integer',
    },
    stalled_parcels: {
      label: 'Stalled Parcels',
      help: `72 hours in customs, 120 hours without news, or not delivered. ${WHERE_KNOWN}`,
      from: 'stalled_parcels',
      as: 'integer',
    },
    calls_used_yesterday: {
      label: 'Calls Used Yesterday',
      help: 'Of the day as AliExpress counts it.',
      from: 'calls_used_yesterday',
      as: 'integer',
    },
    calls_used_today: { label: 'Calls Used Today', from: 'calls_used_today', as: 'integer' },
    call_limit: { label: 'Calls a Day', from: 'call_limit', as: 'integer' },
    summary: { label: 'Summary', from: 'summary', as: 'text' },
    summary_zh: { label: 'Summary (Chinese)', from: 'summary_zh', as: 'text' },
  },
});
