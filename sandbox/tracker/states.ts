/** The states of 17TRACK, by the code of the newest event; and its carriers. */

export interface TrackerState {
  status: string;
  subStatus: string;
  /** Left out where the event is no milestone. */
  stage?: string;
}

const state = (subStatus: string, stage?: string): TrackerState => ({
  status: subStatus.split('_')[0] ?? '',
  subStatus,
  ...(stage !== undefined && { stage }),
});

const byCode: Readonly<Record<string, TrackerState>> = {
  CONSIGN: state('InfoReceived'),
  PU_PICKUP_SUCCESS: state('InTransit_PickedUp', 'PickedUp'),
  LH_DEPART: state('InTransit_Departure', 'Departure'),
  LH_ARRIVE: state('InTransit_Arrival', 'Arrival'),
  CC_EX_START: state('InTransit_CustomsProcessing'),
  CC_EX_SUCCESS: state('InTransit_CustomsReleased'),
  CC_TRANS＿START: state('InTransit_CustomsProcessing'),
  CC_TRANS＿SUCCESS: state('InTransit_CustomsReleased'),
  CC_IM_START: state('InTransit_CustomsProcessing'),
  CC_IM_SUCCESS: state('InTransit_CustomsReleased'),
  // A sub-state that no list has.
  TD_HUB_SCAN: state('InTransit_HubScan'),
  GTMS_DELIVERING: state('OutForDelivery_Other'),
  GTMS_RE_DELIVERING: state('OutForDelivery_Other'),
  GTMS_WAIT_SELF_PICK: state('AvailableForPickup_Other'),
  GTMS_SIGNED: state('Delivered_Other', 'Delivered'),
  SIGNED: state('Delivered_Other', 'Delivered'),
  GSTA_SIGN: state('Delivered_Other', 'Delivered'),
  GTMS_DEL_FAILURE: state('DeliveryFailure_NoBody'),
  RT_INBOUND: state('Exception_Returning', 'Returning'),
  RETURNED: state('Exception_Returned'),
};

export const stateOf = (code: string): TrackerState => byCode[code] ?? state('InTransit_Other');

export const NOT_FOUND = state('NotFound_Other');
export const EXPIRED = state('Expired_Other');

export const CAINIAO = 190271;
const ALIEXPRESS = 190625;

export const carrierNames: Readonly<Record<number, string>> = {
  [CAINIAO]: 'Cainiao',
  [ALIEXPRESS]: 'AliExpress',
  3011: 'China Post',
  190012: 'Yanwen',
  190008: 'YunExpress',
  190072: 'SunYou',
  100003: 'FedEx',
};

/** They know every parcel that was shipped through AliExpress. */
export const PLATFORM_CARRIERS: readonly number[] = [CAINIAO, ALIEXPRESS];

/** Found by the form of a number; it fails where no form fits. */
const forms: readonly [RegExp, number][] = [
  [/^LP\d+$/, CAINIAO],
  [/^[A-Z]{2}\d{9}CN$/, 3011],
  [/^U[A-Z]\d{9}YP$/, 190012],
  [/^YT\d{14,16}$/, 190008],
  [/^\d{12}$/, 100003],
];

export const detectCarrier = (number: string): number | undefined =>
  forms.find(([form]) => form.test(number))?.[1];
