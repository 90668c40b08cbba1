/** The carriers, and how each of them writes its tracking events. */

import type { TimeForm } from '../time-forms.ts';

export interface Carrier {
  /** `service_name` in tracking, `logistics_type_code` in the order detail. */
  key: string;
  name: string;
  /** Its events have AliExpress's action code. */
  hasCodes: boolean;
  /** `local`: until the line haul English, then the language of the destination. */
  language: 'en' | 'zh' | 'local';
  times: TimeForm;
  newestFirst: boolean;
  /** It reports few of the stations that a parcel passes. */
  isQuiet: boolean;
  /** How long its parcels take, compared with AliExpress Standard Shipping. */
  slowness: number;
  /** Booked through AliExpress, so that it stands in the list of parcels. A seller's own forwarder is only declared. */
  isOnline: boolean;
  /** `#` stands for a digit. */
  numbers: string;
  /** Its code at 17TRACK. */
  trackerCode: number;
}

const carrier = (key: string, name: string, changes: Partial<Carrier> = {}): Carrier => ({
  key,
  name,
  hasCodes: true,
  language: 'en',
  times: 'pacific',
  newestFirst: true,
  isQuiet: false,
  slowness: 1,
  isOnline: true,
  numbers: 'LP00############',
  trackerCode: 190271,
  ...changes,
});

const standard = carrier('CAINIAO_STANDARD', 'AliExpress Standard Shipping');
const premium = carrier('CAINIAO_PREMIUM', 'AliExpress Premium Shipping', {
  times: 'milliseconds_text',
  newestFirst: false,
  slowness: 0.6,
});
const chinaPost = carrier('CPAM', 'China Post Registered Air Mail', {
  times: 'milliseconds',
  slowness: 1.2,
  numbers: 'RR#########CN',
  trackerCode: 3011,
});

/** Those of the steady parcels, whose real time formats are not confirmed, so each likely one occurs. */
export const steadyCarriers: readonly [Carrier, Carrier, Carrier] = [standard, premium, chinaPost];

/** Three of ten write no codes. */
export const carriers: readonly Carrier[] = [
  ...steadyCarriers,
  carrier('CAINIAO_ECONOMY', 'Cainiao Super Economy', { isQuiet: true, times: 'fraction', slowness: 1.1 }),
  carrier('CAINIAO_EXPEDITED_ECONOMY', 'Cainiao Expedited Economy', { times: 'offset', slowness: 0.9 }),
  carrier('YANWEN_AM', 'Yanwen Special Line', {
    times: 'seconds',
    newestFirst: false,
    numbers: 'UR#########YP',
    trackerCode: 190012,
  }),
  carrier('FEDEX', 'FedEx', {
    times: 'minutes',
    slowness: 0.4,
    numbers: '############',
    trackerCode: 100003,
  }),
  carrier('SUNYOU_RM', 'SunYou Registered', {
    hasCodes: false,
    language: 'zh',
    numbers: 'SYAE#########',
    trackerCode: 190072,
  }),
  carrier('YANWEN_JYT', 'Yanwen Economic Air Mail', {
    hasCodes: false,
    language: 'local',
    isQuiet: true,
    times: 'day',
    numbers: 'UU#########YP',
    trackerCode: 190012,
  }),
  carrier('OTHER', "Seller's Shipping Method", {
    hasCodes: false,
    language: 'local',
    times: 'stamp',
    newestFirst: false,
    isOnline: false,
    numbers: 'YT##############',
    trackerCode: 190008,
  }),
];
