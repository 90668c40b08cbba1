/** How the calls of the day are doing. Made by the pack itself, not by AliExpress. */

import { record } from '../../pack/record.ts';
import { SELLER_CENTER } from './order.ts';

export const callBudget = record({
  key: 'call_budget',
  id: 'day',
  link: SELLER_CENTER,
  fields: {
    day: {
      label: 'Day',
      help: 'In the zone in which AliExpress counts.',
      from: 'day',
      as: 'text',
      required: true,
    },
    used: { label: 'Calls Used', from: 'used', as: 'integer', required: true },
    left: { label: 'Calls Left', from: 'left', as: 'integer', required: true },
    limit: { label: 'Calls a Day', from: 'limit', as: 'integer', required: true },
    resets_at: { label: 'New Calls At', from: 'resets_at', as: 'epoch_time', required: true },
    banned_until: {
      label: 'Paused Until',
      help: 'Only while AliExpress has paused the account.',
      from: 'banned_until',
      as: 'epoch_time',
    },
    renew_by: {
      label: 'Reconnect By',
      help: 'Until then the connection renews itself; after it, somebody must sign in again.',
      from: 'renew_by',
      as: 'epoch_time',
    },
    feeds: {
      label: 'Feeds',
      from: 'feeds',
      as: 'items',
      items: {
        feed: { label: 'Feed', from: 'feed', as: 'text' },
        last_refresh_at: { label: 'Last Looked Up At', from: 'last_refresh_at', as: 'epoch_time' },
        next_expected_at: { label: 'Next Expected At', from: 'next_expected_at', as: 'epoch_time' },
        average_delay_minutes: {
          label: 'Average Delay Today in Minutes',
          from: 'average_delay_minutes',
          as: 'integer',
        },
        waiting_count: { label: 'Waiting', from: 'waiting_count', as: 'integer' },
        waiting_since: { label: 'Waiting Since', from: 'waiting_since', as: 'epoch_time' },
        reason: { label: 'Why It Waits', from: 'reason', as: 'text' },
        reason_zh: { label: 'Why It Waits (Chinese)', from: 'reason_zh', as: 'text' },
      },
    },
  },
});
