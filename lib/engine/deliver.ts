/** Runs one declared action. */

import type { ChannelServices } from '../channels/action.ts';
import type { ShopAccess } from '../feeds/engine/feed.ts';
import { type GivenInputs, onlyInputs, readInputs } from '../pack/input.ts';
import type { ActionDeclaration } from '../pack/operation.ts';

/** What the sinks of all actions work with. The shop is opened only by an action that needs one. */
export type ActionServices = ChannelServices & ShopAccess;

/**
 * The receipt of an action.
 * @param given the action's inputs as the user filled them in
 * @throws Problem `bad_input`, or what the action's sink throws
 */
export async function deliver(
  action: ActionDeclaration<ActionServices>,
  services: ActionServices,
  given: GivenInputs,
): Promise<Record<string, unknown>> {
  const inputs = readInputs(action.inputs, given);
  return action.sink.deliver(onlyInputs(inputs, action.sink.readsInputs), services);
}
