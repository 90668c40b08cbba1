/** Ids of claims. One begins with the day and the slot at which its first attempt started: "2026-11-21/37-k3jx…". */

import type { Random } from '../runtime.ts';
import type { Day } from './quota-day.ts';

/** The id of an earlier attempt. That of another day says nothing about the slots of this one. */
export const idOf = (earlier: string | undefined, day: Day): string | undefined =>
  earlier?.startsWith(`${day.name}/`) ? earlier : undefined;

/** @param slot at which the claim starts */
export const newClaimId = (random: Random, day: Day, slot: number): string =>
  `${day.name}/${slot}-${random().toString(36).slice(2)}${random().toString(36).slice(2)}`;

/** The slot in an id. */
export const firstSlot = (id: string, day: Day): number => Number.parseInt(id.slice(day.name.length + 1), 10);
