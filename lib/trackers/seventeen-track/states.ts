/** The states of 17TRACK → our milestones: 9 main states and 30 sub-states, to which 17TRACK may add more at any time. */

import { type Milestone, signalOfMilestone } from '../../aliexpress/parcel-milestones.ts';
import { signalOf } from '../../aliexpress/tracking-codes.ts';
import { ownValue } from '../../pack/own-value.ts';

/** Sub-states that say more than their main state. */
const bySubState: Readonly<Record<string, Milestone>> = {
  InTransit_PickedUp: 'picked_up',
  InTransit_Departure: 'departed',
  InTransit_Arrival: 'arrived',
  InTransit_CustomsProcessing: 'in_customs',
  InTransit_CustomsReleased: 'customs_released',
  InTransit_CustomsRequiringInformation: 'customs_waiting',
  DeliveryFailure_NoBody: 'nobody_there',
  DeliveryFailure_Security: 'security',
  DeliveryFailure_Rejected: 'refused',
  DeliveryFailure_InvalidAddress: 'address_wrong',
  Exception_Returning: 'on_its_way_back',
  Exception_Returned: 'back',
  Exception_NoBody: 'nobody_there',
  Exception_Security: 'security',
  Exception_Damage: 'damaged',
  Exception_Rejected: 'refused',
  Exception_Delayed: 'delayed',
  Exception_Lost: 'lost',
  Exception_Destroyed: 'destroyed',
  Exception_Cancel: 'called_off',
};

/** `NotFound` says nothing, and `Expired` only that nothing came for long. */
const byMainState: Readonly<Record<string, Milestone>> = {
  InfoReceived: 'announced',
  InTransit: 'moving',
  AvailableForPickup: 'collectable',
  OutForDelivery: 'out_for_delivery',
  DeliveryFailure: 'attempt_failed',
  Delivered: 'with_buyer',
  Exception: 'troubled',
};

export const EXPIRED = 'Expired';

const milestoneOf = (state: string): Milestone | undefined =>
  ownValue(bySubState, state) ?? ownValue(byMainState, String(state.split('_')[0]));

export const CUSTOMS_WAITING: string = signalOfMilestone('customs_waiting');

/**
 * What a state says about the stage.
 * @param states from the most exact to the least; one that is not known counts as its main state
 * @param sentence of the carrier, which counts where no state is known
 */
export function signalOfStates(states: readonly string[], sentence = ''): string {
  const milestone = states.map(milestoneOf).find((each) => each !== undefined);
  return milestone ? signalOfMilestone(milestone) : signalOf('', [sentence]);
}

/** A state that can be shown: a name, and no free text. */
export const codeOfState = (state: string): string => (/^[A-Za-z]+(_[A-Za-z]+)?$/.test(state) ? state : '');
