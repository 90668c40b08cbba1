/** The stages of a parcel, in words. */

export type Stage = keyof typeof stageWords;

export const stageWords = {
  preparing: { en: 'label created', zh: '待揽收' },
  transit: { en: 'in transit', zh: '运输中' },
  customs: { en: 'in customs', zh: '清关中' },
  last_mile: { en: 'out for delivery or at the destination', zh: '目的国派送中' },
  pickup_point: { en: 'ready for pickup', zh: '到达待取' },
  delivered: { en: 'delivered', zh: '已妥投' },
  failure: { en: 'delivery problem', zh: '物流异常' },
  returned: { en: 'returning to sender', zh: '退件' },
  /** Neither a code nor a word says where the parcel is. It may have arrived. */
  unknown: { en: 'unknown', zh: '未知' },
};
