import { UNDELIVERABLE, UNDER_WAY } from '../lib/aliexpress/tracking-codes.ts';
import { DEFAULT_CUSTOMS_HOURS, DEFAULT_HOURS_WITHOUT_UPDATE } from '../lib/feeds/parcel-due.ts';
import { parcels } from '../lib/feeds/parcels.ts';
import { and, eq, exists, field, gte, ifGiven, input, literal, oneOf, or } from '../lib/pack/expression.ts';
import { choice, choices, integer } from '../lib/pack/input.ts';
import { earliest, hoursAfter, timeOf } from '../lib/pack/instant.ts';
import { HOURS, offered } from '../lib/pack/offered.ts';
import { trigger } from '../lib/pack/operation.ts';

const CUSTOMS = { type: 'customs', name: { en: 'stuck in customs', zh: '清关滞留' } };
const NO_UPDATE = { type: 'no_update', name: { en: 'no tracking update', zh: '物流无更新' } };
const FAILURE = { type: 'failure', name: { en: 'delivery failed or returned', zh: '派送失败或退件' } };

const OWN_HOURS = { input: 'stall_rule', is: 'hours' } as const;
const OWN_HOURS_ONLY = { en: 'Only with your own hours.', zh: '仅在使用自定义小时数时有效。' };

/** The user chose this type, or left the choice empty. */
const isChosen = ({ type }: { type: string }) =>
  ifGiven('alert_types', oneOf(literal(type), input('alert_types')));

const isUnusual = and(
  eq(input('stall_rule'), literal('unusual')),
  gte(field('hours_without_update'), field('unusual_after_hours')),
);
const isLongInCustoms = and(isChosen(CUSTOMS), gte(field('hours_in_customs'), input('min_customs_hours')));
const isUnusualInCustoms = and(isChosen(CUSTOMS), isUnusual, exists(field('hours_in_customs')));
const isInCustoms = or(isLongInCustoms, isUnusualInCustoms);
const isUnderWay = and(isChosen(NO_UPDATE), oneOf(field('stage'), literal(UNDER_WAY)));
const isLongWithoutUpdate = and(
  isUnderWay,
  gte(field('hours_without_update'), input('min_hours_without_update')),
);
const isUnusualUnderWay = and(isUnderWay, isUnusual);
const isWithoutUpdate = or(isLongWithoutUpdate, isUnusualUnderWay);
const isUndeliverable = and(isChosen(FAILURE), oneOf(field('stage'), literal(UNDELIVERABLE)));

export default trigger({
  key: 'logistics_stall',
  noun: 'Stalled Parcel',
  label: { en: 'New Stalled Parcel', zh: '物流停滞' },
  makeLabel: 'Watch Stalled Parcels',
  description: {
    en: 'Triggers when a parcel is stuck in customs, has no tracking update for days, or cannot be delivered.',
    zh: '包裹清关滞留、多日无轨迹更新或无法派送时触发。',
  },
  feed: parcels,
  inputs: {
    alert_types: choices({
      label: { en: 'Alert Types', zh: '提醒类型' },
      help: { en: 'If empty, all.', zh: '留空则全部。' },
      choices: {
        customs: { en: 'Stuck in customs', zh: '清关滞留' },
        no_update: { en: 'No tracking update', zh: '物流无更新' },
        failure: { en: 'Delivery failed or returned', zh: '派送失败或退件' },
      },
    }),
    stall_rule: choice({
      label: { en: 'Stall Rule', zh: '停滞判定规则' },
      help: {
        en: '"Unusual for this route" means without an update for longer than nearly all parcels of the same carrier, and of the same country where it is known, at least 48 hours, at most 10 days.',
        zh: '“按线路判断异常”指无更新时长超过同一物流商（已知目的国时，同一国家）的绝大多数包裹，至少 48 小时，最多 10 天。',
      },
      choices: {
        unusual: { en: 'Unusual for this route', zh: '按线路判断异常' },
        hours: { en: 'Your own hours', zh: '自定义小时数' },
      },
      default: 'unusual',
    }),
    min_customs_hours: integer({
      label: { en: 'Minimum Hours in Customs', zh: '清关滞留小时数' },
      help: OWN_HOURS_ONLY,
      onlyIf: OWN_HOURS,
      default: DEFAULT_CUSTOMS_HOURS,
      options: offered(HOURS, 24, 48, 72, 120, 168, 240),
      min: 24,
      max: 720,
    }),
    min_hours_without_update: integer({
      label: { en: 'Minimum Hours Without Update', zh: '物流无更新小时数' },
      help: OWN_HOURS_ONLY,
      onlyIf: OWN_HOURS,
      default: DEFAULT_HOURS_WITHOUT_UPDATE,
      options: offered(HOURS, 24, 48, 72, 120, 168, 240),
      min: 24,
      max: 720,
    }),
  },
  where: or(isInCustoms, isWithoutUpdate, isUndeliverable),
  id: '{tracking_number}/{order_id}/{stalled_since}',
  occurredAt: field('last_event_at'),
  matchedAt: earliest(
    { when: isLongInCustoms, at: hoursAfter('stalled_since', 'min_customs_hours') },
    { when: isLongWithoutUpdate, at: hoursAfter('last_event_at', 'min_hours_without_update') },
    { when: or(isUnusualInCustoms, isUnusualUnderWay), at: timeOf('unusual_since') },
    { when: isUndeliverable, at: timeOf('last_event_at') },
  ),
  message: {
    severity: 'urgent',
    title: [
      {
        when: isInCustoms,
        alert: CUSTOMS,
        en: 'Stuck in customs {hours_in_customs} h (…{tracking_number|tail}) · {country_name}',
        zh: '清关滞留 {hours_in_customs} 小时（尾号 {tracking_number|tail}） · {country_name_zh}',
      },
      {
        when: isWithoutUpdate,
        alert: NO_UPDATE,
        en: 'No tracking update for {hours_without_update} h (…{tracking_number|tail}) · {country_name}',
        zh: '物流 {hours_without_update} 小时无更新（尾号 {tracking_number|tail}） · {country_name_zh}',
      },
      {
        alert: FAILURE,
        en: 'Delivery problem: {stage_name} (…{tracking_number|tail}) · {country_name}',
        zh: '派送异常：{stage_name_zh}（尾号 {tracking_number|tail}） · {country_name_zh}',
      },
    ],
    text: {
      en: '**Alert** {alert_name}\n**Destination** {country_name}?\n**Last event** {last_event}?\n**At** {last_event_at|time}\n**Hours without update** {hours_without_update}\n**Unusual on this route after (hours)** {unusual_after_hours}?\n**Hours in customs** {hours_in_customs}?\n**Tracking** {tracking_number}\n**Order** {order_id}',
      zh: '**提醒** {alert_name_zh}\n**目的国** {country_name_zh}?\n**最新轨迹** {last_event_zh}?\n**时间** {last_event_at|time}\n**无更新时长（小时）** {hours_without_update}\n**本线路异常阈值（小时）** {unusual_after_hours}?\n**清关滞留（小时）** {hours_in_customs}?\n**运单号** {tracking_number}\n**订单号** {order_id}',
    },
  },
});
