/** Why a warehouse holds a parcel. AliExpress publishes no list of the codes. */

import { DAY, HOUR } from '../../lib/runtime.ts';
import { wholeSecond } from '../pacific.ts';
import type { Abnormality } from '../parcels.ts';
import type { RandomSource } from '../random.ts';

/** `status` is the state of the logistics order as the list of abnormal parcels names it. */
export const abnormalities: Readonly<
  Record<string, { status: string; name: string; reason: string; needsDecision: boolean }>
> = {
  OVER_SIZE: {
    status: 'warehouse_reject_goods',
    name: '仓库拒收',
    reason: '包裹尺寸超过线路限制',
    needsDecision: true,
  },
  PROHIBITED_GOODS: {
    status: 'warehouse_reject_goods',
    name: '仓库拒收',
    reason: '包裹含禁限运物品',
    needsDecision: true,
  },
  LABEL_UNREADABLE: {
    status: 'out_stock_fail',
    name: '出库失败',
    reason: '面单无法识别',
    needsDecision: true,
  },
  FREIGHT_UNPAID: {
    status: 'out_stock_fail',
    name: '出库失败',
    reason: '运费未支付',
    needsDecision: false,
  },
};

export function drawAbnormality(from: number, random: RandomSource): Abnormality {
  const code = random.pick(Object.keys(abnormalities));
  const { reason, needsDecision } = abnormalities[code] as { reason: string; needsDecision: boolean };
  return {
    code,
    reason,
    from,
    until: wholeSecond(from + random.between(0.5, 5) * DAY),
    ...(needsDecision && { decideBy: wholeSecond(from + 7 * DAY - HOUR) }),
  };
}
