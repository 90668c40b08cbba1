/**
 * What a tracking event says, in the connector's own words: the stage, and where the signal is more exact, a phrase for it.
 * The sentence of the carrier is left out, because it may name the person who signed, with address and phone.
 */

import type { LookupField } from '../pack/record.ts';
import type { Words } from './bilingual.ts';
import { milestoneRows } from './parcel-milestones.ts';
import { type Stage, stageWords } from './parcel-stages.ts';
import { stages } from './tracking-codes.ts';
import { wordRows } from './tracking-words.ts';

type Phrase = readonly [codes: string, en: string, zh: string];

const phrases: readonly Phrase[] = [
  ['CONSIGN OM_CONSIGN GTMS_ASN LAST_MILE_ASN_NOTIFY', 'shipment announced', '已录入发货信息'],
  ['GWMS_ACCEPT', 'accepted by the warehouse', '仓库已接单'],
  ['GWMS_PACKAGE', 'packed', '仓库已打包'],
  ['GWMS_OUTBOUND', 'left the warehouse', '已出库'],
  ['PU_PICKUP_SUCCESS GOT', 'picked up by the carrier', '已揽收'],
  ['SC_INBOUND_SUCCESS', 'arrived at the sorting center', '到达分拣中心'],
  ['SC_OUTBOUND_SUCCESS', 'left the sorting center', '离开分拣中心'],
  ['LH_HO_AIRLINE', 'received by the airline', '已交航空公司'],
  ['LH_DEPART DEPARTURE', 'departed by line haul', '干线已出发'],
  ['LH_ARRIVE ARRIVAL', 'line haul arrived', '干线已到达'],
  ['CC_EX_START', 'export clearance started', '出口清关开始'],
  ['CC_EX_SUCCESS', 'export clearance completed', '出口清关完成'],
  ['CC_TRANS_START CC_TRANS＿START', 'transit clearance started', '中转清关开始'],
  ['CC_TRANS_SUCCESS CC_TRANS＿SUCCESS', 'transit clearance completed', '中转清关完成'],
  ['CC_IM_START', 'import clearance started', '进口清关开始'],
  ['CC_IM_PROCESS', 'import clearance under way', '进口清关进行中'],
  ['CC_IM_SUCCESS', 'import clearance completed', '进口清关完成'],
  ['CUS_DECLARE', 'declared to customs', '已报关'],
  ['CUS_SUCCESS', 'released by customs', '海关已放行'],
  ['CUS_TAX', 'duties must be paid', '需缴纳税费'],
  ['CIQ_SUCCESS', 'quarantine check completed', '检验检疫完成'],
  ['GTMS_ACCEPT', 'accepted by the local carrier', '目的国配送商已接收'],
  ['GTMS_SC_ARRIVE', 'arrived at the local sorting center', '到达目的国分拣中心'],
  ['GTMS_DO_ARRIVE', 'arrived at the delivery station', '到达派送站点'],
  ['GTMS_DO_DEPART', 'left the delivery station', '离开派送站点'],
  ['GTMS_DELIVERING', 'out for delivery', '正在派送'],
  ['GTMS_RE_DELIVERING', 'out for another delivery attempt', '再次派送'],
  ['GTMS_WAIT_SELF_PICK GSTA_INBOUND GSTA_INFORM_BUYER', 'waiting to be collected', '等待自提'],
  ['GTMS_SIGNED SIGNED', 'signed for', '已签收'],
  ['GSTA_SIGN GSTA_BUYER_SIGN STA_SIGN', 'collected from the pickup point', '已在自提点取件'],
  ['PU_PICKUP_FAILURE', 'pickup failed', '揽收失败'],
  ['CC_EX_FAILURE', 'export clearance failed', '出口清关失败'],
  ['CC_IM_FAILURE CUS_FAILURE', 'import clearance failed', '进口清关失败'],
  ['GTMS_DEL_FAILURE', 'delivery attempt failed', '派送失败'],
  ['GTMS_SIGN_FAILURE REJECT', 'refused by the recipient', '收件人拒收'],
  ['RT_INBOUND', 'return started', '开始退件'],
  ['RETURNED', 'returned to the sender', '已退回寄件人'],
  ['RT_DESTROY RT_WH_DESTROY', 'destroyed', '已销毁'],
];

const phraseOf = new Map([
  ...phrases.flatMap(([codes, en, zh]) => codes.split(' ').map((code) => [code, { en, zh }] as const)),
  ...[...wordRows, ...milestoneRows].map(({ key, phrase }) => [key, phrase] as const),
]);

function sentence(language: keyof Words, stage: string, signal = ''): string {
  const name = stageWords[stage as Stage][language].replace(/^[a-z]/, (first) => first.toUpperCase());
  const phrase = phraseOf.get(signal)?.[language];
  if (phrase === undefined) return name;
  return name + (language === 'en' ? ': ' : '：') + phrase;
}

/** A `lookup` from the signal to the sentence. */
const sentences = (language: keyof Words): Pick<LookupField, 'table' | 'otherwise'> => ({
  table: Object.fromEntries(
    Object.entries(stages.table).map(([signal, stage]) => [signal, sentence(language, stage, signal)]),
  ),
  otherwise: (stages.otherwise ?? []).map(({ word, ...fits }) => ({
    ...fits,
    word: sentence(language, word),
  })),
});

export const eventSentences = sentences('en');
export const eventSentencesZh = sentences('zh');
