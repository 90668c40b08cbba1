/** The keys of alerts about one delivery. */

/** It may have arrived. */
export const uncertainKey = (delivery: number): string => `unknown ${delivery}`;
/** It was given up. */
export const droppedKey = (delivery: number): string => `dropped ${delivery}`;
