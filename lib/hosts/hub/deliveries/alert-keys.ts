/** The keys of alerts about deliveries. */

import type { Delivery } from './deliveries.ts';

/** It may have arrived. */
export const uncertainKey = (delivery: number): string => `unknown ${delivery}`;
/** It is tried again while later ones pass. It ends with its subscription, which it names. */
export const parkedKey = ({ id, subscription }: Pick<Delivery, 'id' | 'subscription'>): string =>
  `parked ${subscription} ${id}`;
/** It was given up. */
export const droppedKey = (delivery: number): string => `dropped ${delivery}`;
/** Of the alert that a step cannot deliver at the moment. It ends with its next delivery, or the last that waits. */
export const waitingKey = ({ subscription, step }: Pick<Delivery, 'subscription' | 'step'>): string =>
  `waiting ${subscription} ${step}`;
