import { UNDELIVERABLE, UNDER_WAY } from '../lib/aliexpress/tracking-codes.ts';
import { parcels } from '../lib/feeds/parcels.ts';
import { and, field, gte, ifGiven, input, literal, oneOf, or } from '../lib/pack/expression.ts';
import { choices, integer } from '../lib/pack/input.ts';
import { trigger } from '../lib/pack/operation.ts';

/** Chosen, or nothing was chosen. */
const interest = (kind: string) => ifGiven('kinds', oneOf(literal(kind), input('kinds')));

export default trigger({
  key: 'logistics_stall',
  noun: 'Stalled Parcel',
  label: { en: 'New Stalled Parcel', zh: '物流停滞' },
  description: {
    en: 'Triggers when a parcel is stuck in customs, has no tracking update for days, or cannot be delivered.',
    zh: '包裹清关滞留、多日无轨迹更新或无法派送时触发。',
  },
  feed: parcels,
  inputs: {
    kinds: choices({
      label: { en: 'Alert Types', zh: '提醒类型' },
      help: { en: 'Leave empty for all.', zh: '留空则全部。' },
      choices: {
        customs: { en: 'Stuck in customs', zh: '清关滞留' },
        silent: { en: 'No tracking update', zh: '物流无更新' },
        failure: { en: 'Delivery failed or returned', zh: '派送失败或退件' },
      },
    }),
    customs_hours: integer({
      label: { en: 'Minimum Hours in Customs', zh: '清关滞留小时数' },
      default: 72,
      min: 24,
      max: 720,
    }),
    silent_hours: integer({
      label: { en: 'Minimum Hours Without Update', zh: '物流无更新小时数' },
      default: 120,
      min: 24,
      max: 720,
    }),
  },
  where: or(
    and(interest('customs'), gte(field('customs_hours'), input('customs_hours'))),
    and(
      interest('silent'),
      gte(field('silent_hours'), input('silent_hours')),
      oneOf(field('stage'), literal(UNDER_WAY)),
    ),
    and(interest('failure'), oneOf(field('stage'), literal(UNDELIVERABLE))),
  ),
  id: '{tracking_number}/{episode_since}',
  occurredAt: field('last_event_at'),
  repeatsUntilResolved: true,
  message: {
    severity: 'urgent',
    title: {
      en: 'Parcel {tracking_number} is stalled: {stage_name}',
      zh: '包裹 {tracking_number} 物流停滞：{stage_name_zh}',
    },
    text: {
      en: '**Order** {order_id}\n**Destination** {country}\n**Last event** {last_event}, {last_event_at|time}\n**Hours without news** {silent_hours}\n**Hours in customs** {customs_hours}',
      zh: '**订单** {order_id}\n**目的地** {country}\n**最新轨迹** {last_event}，{last_event_at|time}\n**无更新小时数** {silent_hours}\n**清关小时数** {customs_hours}',
    },
  },
});
