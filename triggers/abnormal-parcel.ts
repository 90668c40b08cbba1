import { NOT_PROCESSED } from '../lib/aliexpress/records/abnormal-parcel.ts';
import { abnormalParcels } from '../lib/feeds/abnormal-parcels.ts';
import { knownAbnormalReasons } from '../lib/feeds/lists.ts';
import { and, exists, field, ifGiven, input, literal, oneOf, or } from '../lib/pack/expression.ts';
import { texts } from '../lib/pack/input.ts';
import { timeOf } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'abnormal_parcel',
  noun: 'Abnormal Parcel',
  label: { en: 'New Abnormal Parcel', zh: '异常包裹待处理' },
  makeLabel: 'Watch Abnormal Parcels',
  description: {
    en: 'Triggers when a warehouse reports a parcel as abnormal, with the deadline for your decision if there is one.',
    zh: '仓库上报包裹异常时触发，如有处理截止时间会一并给出。',
  },
  feed: abnormalParcels,
  inputs: {
    abnormal_codes: texts({
      label: { en: 'Reasons', zh: '异常原因' },
      help: {
        en: 'If empty, all. No list of codes is published: those of recent events are offered.',
        zh: '留空则全部。平台未公布代码列表，可选近期出现过的异常原因。',
      },
      dropdown: knownAbnormalReasons,
    }),
  },
  // A parcel that was released may still be listed.
  where: and(
    or(
      exists(field('abnormal_code')),
      exists(field('abnormal_reason')),
      oneOf(field('logistics_status'), literal(NOT_PROCESSED)),
    ),
    ifGiven('abnormal_codes', oneOf(field('abnormal_code'), input('abnormal_codes'))),
  ),
  id: '{abnormal_id}/{logistics_status}/{abnormal_code}',
  occurredAt: field('status_changed_at'),
  matchedAt: timeOf('status_changed_at'),
  idPerEntry: true,
  dueAt: field('decision_by'),
  message: {
    severity: 'urgent',
    title: [
      {
        when: and(exists(field('decision_by')), exists(field('abnormal_reason'))),
        en: 'Decide by {decision_by|time}: {abnormal_reason|cut:30}',
        zh: '{decision_by|time} 前处理：{abnormal_reason|cut:30}',
      },
      {
        when: exists(field('abnormal_reason')),
        en: 'Abnormal parcel: {abnormal_reason|cut:30}',
        zh: '包裹异常：{abnormal_reason|cut:36}',
      },
      {
        en: 'Abnormal parcel: {logistics_status_name|cut:30}',
        zh: '包裹异常：{logistics_status_name|cut:36}',
      },
    ],
    text: {
      en: '**Reason** {abnormal_reason}?\n**Status** {logistics_status_name}\n**Decide by** {decision_by|time}?\n**Warehouse** {warehouse_name}?\n**Tracking** {tracking_number}?\n**Return tracking** {return_tracking_number}?\n**Order** {order_id}',
      zh: '**异常原因** {abnormal_reason}?\n**物流单状态** {logistics_status_name}\n**处理截止** {decision_by|time}?\n**仓库** {warehouse_name}?\n**运单号** {tracking_number}?\n**退回运单号** {return_tracking_number}?\n**订单号** {order_id}',
    },
  },
});
