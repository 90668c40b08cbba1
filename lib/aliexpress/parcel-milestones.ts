/**
 * The milestones of a parcel, as outside trackers tell them apart, with our stage and phrase for each. They stand beside
 * the action codes and the words, so that a parcel reads the same wherever its course comes from.
 */

import type { Words } from './bilingual.ts';
import type { Stage } from './parcel-stages.ts';

interface Row {
  stage: Stage;
  /** Left out where the stage says it all. */
  phrase?: Words;
}

const milestones = {
  announced: { stage: 'preparing', phrase: { en: 'shipment announced', zh: '已录入发货信息' } },
  picked_up: { stage: 'transit', phrase: { en: 'picked up by the carrier', zh: '已揽收' } },
  departed: { stage: 'transit', phrase: { en: 'left the country of origin', zh: '已离开始发国' } },
  arrived: { stage: 'transit', phrase: { en: 'arrived in the country of destination', zh: '已到达目的国' } },
  moving: { stage: 'transit' },
  delayed: { stage: 'transit', phrase: { en: 'delayed', zh: '运输延误' } },
  in_customs: { stage: 'customs' },
  customs_waiting: {
    stage: 'customs',
    phrase: { en: 'customs needs documents or a payment', zh: '海关要求补充资料或缴费' },
  },
  customs_released: { stage: 'transit', phrase: { en: 'released by customs', zh: '海关已放行' } },
  collectable: { stage: 'pickup_point' },
  out_for_delivery: { stage: 'last_mile', phrase: { en: 'out for delivery', zh: '正在派送' } },
  with_buyer: { stage: 'delivered' },
  attempt_failed: { stage: 'failure', phrase: { en: 'delivery attempt failed', zh: '派送失败' } },
  nobody_there: { stage: 'failure', phrase: { en: 'nobody was there', zh: '无人签收' } },
  refused: { stage: 'failure', phrase: { en: 'refused by the recipient', zh: '收件人拒收' } },
  address_wrong: { stage: 'failure', phrase: { en: 'the address is wrong', zh: '地址有误' } },
  security: {
    stage: 'failure',
    phrase: { en: 'held for security, customs or a fee', zh: '因安检、清关或费用受阻' },
  },
  damaged: { stage: 'failure', phrase: { en: 'damaged', zh: '包裹破损' } },
  lost: { stage: 'failure', phrase: { en: 'lost', zh: '包裹丢失' } },
  destroyed: { stage: 'failure', phrase: { en: 'destroyed', zh: '包裹已销毁' } },
  called_off: { stage: 'failure', phrase: { en: 'shipment cancelled', zh: '运单已取消' } },
  troubled: { stage: 'failure' },
  on_its_way_back: { stage: 'returned', phrase: { en: 'return started', zh: '开始退件' } },
  back: { stage: 'returned', phrase: { en: 'returned to the sender', zh: '已退回寄件人' } },
} as const satisfies Record<string, Row>;

export type Milestone = keyof typeof milestones;

/** What stands in the place of an action code. */
export const signalOfMilestone = (milestone: Milestone): string => `milestone:${milestone}`;

export const milestoneRows: readonly (Row & { key: string })[] = Object.entries(milestones).map(
  ([milestone, row]) => ({ key: signalOfMilestone(milestone as Milestone), ...row }),
);
