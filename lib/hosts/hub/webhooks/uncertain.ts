/** Deliveries that may have arrived. */

/** The key of the alert about one. */
export const uncertainKey = (delivery: number): string => `unknown ${delivery}`;
