/** What the page shows, read from `/admin`. */

import type * as z from 'zod';
import { type Activity, activityAnswer } from '../admin/activity.ts';
import { alertAnswer, alertChannelAnswer } from '../admin/alert-channel.ts';
import { listOf } from '../admin/answers.ts';
import { clientAnswer } from '../admin/clients.ts';
import { type eventAnswer, eventsAnswer } from '../admin/events.ts';
import { keyAnswer } from '../admin/keys.ts';
import { recipeAnswer } from '../admin/recipes.ts';
import { shopAnswer } from '../admin/shops.ts';
import { skippedAnswer } from '../admin/skipped.ts';
import { subscriptionAnswer } from '../admin/subscriptions.ts';
import { optionsAnswer } from '../api/v1/options.ts';
import type { HubRegistry } from '../runtime.ts';
import type { Admin } from './admin.ts';
import type { FormPlace, Sent } from './form.ts';
import type { Done } from './parts.ts';

export type ShopAnswer = z.output<typeof shopAnswer>;
export type KeyAnswer = z.output<typeof keyAnswer>;
export type ClientAnswer = z.output<typeof clientAnswer>;
export type EventAnswer = z.output<typeof eventAnswer>;
export type SkippedAnswer = z.output<typeof skippedAnswer>;
export type SubscriptionAnswer = z.output<typeof subscriptionAnswer>;
export type RecipeAnswer = z.output<typeof recipeAnswer>;
export type Options = z.output<typeof optionsAnswer>['items'];
export type AlertAnswer = z.output<typeof alertAnswer>;
export type AlertChannelAnswer = z.output<typeof alertChannelAnswer>;

/** What a request has asked the page to show. */
export interface Wanted {
  /** The shop that is shown; the first one by default. */
  shop?: string | undefined;
  /** Of the older events that have not arrived, those before this number are shown. */
  undeliveredBefore?: number | undefined;
  sent?: Sent | undefined;
  done?: Done | undefined;
  /** Where a seller signs in whose browser does not come back by itself. */
  signInAddress?: string | undefined;
}

export interface View extends FormPlace, Wanted {
  /** Epoch milliseconds. */
  now: number;
  registry: HubRegistry;
  shops: ShopAnswer[];
  chosen?: ChosenShop;
  alerts: AlertAnswer[];
  alertChannel: AlertChannelAnswer;
  keys: KeyAnswer[];
  clients: ClientAnswer[];
}

/** The shop that is shown. */
export interface ChosenShop {
  shop: ShopAnswer;
  activity: Activity;
  recipes: RecipeAnswer[];
  /** What the fields of recipes offer, by its name. */
  options: ReadonlyMap<string, Options>;
  /** Newest first. */
  events: EventAnswer[];
  /** Older ones that have not arrived, or not for certain. */
  undelivered: EventAnswer[];
  /** Deliveries that were given up. */
  givenUp: number;
  /** Before which number those stand that follow; null where there are none. */
  nextUndeliveredBefore: number | null;
  skipped: SkippedAnswer[];
  subscriptions: SubscriptionAnswer[];
}

export const shopPath = (id: string): string => `/admin/shops/${encodeURIComponent(id)}`;

export const pageOf = (shop: string | undefined, undeliveredBefore?: number): string =>
  shop === undefined ? '/' : `/?${new URLSearchParams({ shop, ...shownIn(undeliveredBefore) })}`;

/** The part of an address that says which older events are shown. */
export const shownIn = (undeliveredBefore: number | undefined): Record<string, string> =>
  undeliveredBefore === undefined ? {} : { undelivered_before: String(undeliveredBefore) };

export async function readView(
  admin: Admin,
  { registry, now }: Pick<View, 'registry' | 'now'>,
  wanted: Wanted,
): Promise<View> {
  const [shops, alerts, alertChannel, keys, clients] = await Promise.all([
    admin('GET', '/admin/shops', listOf(shopAnswer)),
    admin('GET', '/admin/alerts', listOf(alertAnswer)),
    admin('GET', '/admin/alert-channel', alertChannelAnswer),
    admin('GET', '/admin/keys', listOf(keyAnswer)),
    admin('GET', '/admin/clients', listOf(clientAnswer)),
  ]);
  const shop = shops.items.find(({ id }) => id === wanted.shop) ?? shops.items[0];
  return {
    ...wanted,
    now,
    registry,
    page: pageOf(shop?.id, wanted.undeliveredBefore),
    shops: shops.items,
    alerts: alerts.items,
    alertChannel,
    keys: keys.items,
    clients: clients.items,
    ...(shop && { chosen: await readShop(admin, shop, wanted) }),
  };
}

async function readShop(admin: Admin, shop: ShopAnswer, { undeliveredBefore }: Wanted): Promise<ChosenShop> {
  const path = shopPath(shop.id);
  const query = new URLSearchParams({ shop: shop.id });
  const shown = new URLSearchParams({ shop: shop.id, ...shownIn(undeliveredBefore) });
  const [activity, recipes, events, skipped, subscriptions] = await Promise.all([
    admin('GET', `${path}/activity`, activityAnswer),
    admin('GET', `${path}/recipes`, listOf(recipeAnswer)),
    admin('GET', `/admin/events?${shown}`, eventsAnswer),
    admin('GET', `${path}/skipped`, listOf(skippedAnswer)),
    admin('GET', `/admin/subscriptions?${query}`, listOf(subscriptionAnswer)),
  ]);
  return {
    shop,
    options: await readOptions(admin, shop, recipes.items),
    activity,
    recipes: recipes.items,
    events: events.items,
    undelivered: events.undelivered,
    givenUp: events.given_up ?? 0,
    nextUndeliveredBefore: events.next_undelivered_before,
    skipped: skipped.items,
    subscriptions: subscriptions.items,
  };
}

/** A shop that must be connected again has none: its fields are filled in by hand. */
async function readOptions(
  admin: Admin,
  { id, state }: ShopAnswer,
  recipes: readonly RecipeAnswer[],
): Promise<ReadonlyMap<string, Options>> {
  if (state !== 'connected') return new Map();
  const kinds = new Set(recipes.flatMap(({ fields }) => fields.flatMap(({ options }) => options ?? [])));
  return new Map(
    await Promise.all(
      [...kinds].map(async (kind): Promise<[string, Options]> => {
        const path = `${shopPath(id)}/options/${kind}`;
        const { items } = await admin('GET', path, optionsAnswer).catch(() => ({ items: [] }));
        return [kind, items];
      }),
    ),
  );
}
