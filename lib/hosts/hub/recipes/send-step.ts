/** Delivers one event by a step of a recipe that sends something. */

import { messageActionKey } from '../../../channels/action.ts';
import { deliver } from '../../../engine/deliver.ts';
import type { PackEvent } from '../../../pack/event.ts';
import { type ActionStep, valueIn } from '../../../pack/recipe.ts';
import { isProblem } from '../../../problems.ts';
import type { HubServices } from '../api/services.ts';
import type { HubRuntime } from '../runtime.ts';
import { openShop } from '../shops/open-shop.ts';
import { serverTimeOf } from '../shops/server-time.ts';
import { shopsIn } from '../shops/shops.ts';
import { TICKET_ADDRESS } from './fields.ts';
import { ticketFolder } from './files.ts';
import { addressKey, type MessageStep, type RecipeSettings, secretKey, type TicketStep } from './steps.ts';
import { keepTicket, postTicket } from './tickets.ts';

type Services = Pick<HubServices, 'runtime' | 'targets'>;

/** What a step delivers, and with which settings. */
export interface StepWork<S> {
  step: S;
  shop: string;
  settings: RecipeSettings;
  event: PackEvent;
}

/** @throws Problem `channel_*`; with `channel_answer_lost` the message may have arrived */
export async function sendMessage(
  runtime: HubRuntime,
  { step: { channel, declared }, shop, settings, event }: StepWork<MessageStep>,
): Promise<void> {
  await runAction(runtime, shop, messageActionKey(channel), {
    ...mapped(declared, event),
    webhook_url: settings[addressKey(channel)],
    signing_code: settings[secretKey(channel) ?? ''],
  });
}

/** @throws Problem `ticket_unreachable`, `ticket_refused`, `target_refused`, or an error of the file system */
export async function sendTicket(
  { runtime, targets }: Services,
  { step: { declared }, shop, settings, event }: StepWork<TicketStep>,
): Promise<void> {
  const connectedAt = () => shopsIn(runtime.database, runtime.vault).find(shop)?.connectedAt;
  const since = connectedAt();
  const ticket = await runAction(runtime, shop, declared.action.key, mapped(declared, event));
  // The shop may have been removed meanwhile, with its folder.
  const keep = () => {
    if (since !== undefined && connectedAt() === since)
      keepTicket(ticketFolder(runtime.hub.folder, shop), ticket);
  };
  const address = settings[TICKET_ADDRESS];
  if (address === undefined) return keep();
  try {
    await postTicket(String(address), targets.transport, ticket);
  } catch (error) {
    if (isProblem(error, 'ticket_refused') && !event.is_example) keep();
    throw error;
  }
}

const mapped = ({ map }: ActionStep, event: PackEvent): Record<string, unknown> =>
  Object.fromEntries(Object.entries(map).map(([key, template]) => [key, valueIn(template, event)]));

function runAction(
  runtime: HubRuntime,
  shop: string,
  key: string,
  inputs: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { registry, settings, messengers } = runtime;
  const action = registry.actions.find((each) => each.key === key);
  if (!action) throw new Error(`no action ${key}`);
  const services = {
    transport: messengers,
    // Messengers refuse signatures of a time that is far off.
    clock: serverTimeOf(runtime).clock,
    waits: false,
    openShop: () => openShop(runtime, shop),
    ...(settings.channelTestOrigin && { testOrigin: settings.channelTestOrigin }),
  };
  return deliver(action, services, inputs);
}
