/** Why a warehouse holds a parcel. AliExpress publishes no list of the codes. */

import { DAY, HOUR } from '../../lib/runtime.ts';
import { wholeSecond } from '../pacific.ts';
import type { Abnormality, Parcel } from '../parcels.ts';
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

/** Of parcels that are long enough at the sorting center. */
const STEADY_SHARE = 0.06;
/** Released sooner, a parcel may be listed between two readings alone. */
const MIN_HELD_MS = 5 * HOUR;

/** Steady parcels, some of which the sorting center holds until it sends them on. */
export const withAbnormalities = (parcels: readonly Parcel[], random: RandomSource): Parcel[] =>
  parcels.map((parcel) => {
    const timeOf = (code: string) => parcel.events.find((event) => event.code === code)?.at ?? Number.NaN;
    const from = wholeSecond(timeOf('SC_INBOUND_SUCCESS') + random.between(0.1, 1) * HOUR);
    const until = timeOf('SC_OUTBOUND_SUCCESS');
    const isAbnormal = random.next() < STEADY_SHARE && until - from >= MIN_HELD_MS;
    return isAbnormal ? { ...parcel, abnormalities: [{ ...drawAbnormality(from, random), until }] } : parcel;
  });
