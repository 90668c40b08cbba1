/** Options for dropdowns: from what the hub knows, without a call. */

import * as z from 'zod';
import { countryChoices } from '../../../../aliexpress/countries.ts';
import { statusChoices } from '../../../../aliexpress/order-status.ts';
import type { Shop } from '../../../../engine/shop.ts';
import {
  knownAbnormalReasons,
  knownCarriers,
  knownCurrencies,
  knownParcels,
  knownProducts,
  listRows,
  recentLineItems,
  recentOrders,
} from '../../../../feeds/lists.ts';
import { TIME_ZONES } from '../../../../feeds/time-zones.ts';
import type { Bilingual } from '../../../../problems.ts';
import { shopKeyOf } from '../../access/bearer.ts';
import type { HubRuntime } from '../../runtime.ts';
import { openShop } from '../../shops/open-shop.ts';
import type { Api } from '../server.ts';
import type { HubServices } from '../services.ts';

/** `value`: of the input. `label`: what a user sees. */
interface Option {
  value: string;
  label: Bilingual;
}

const sameInBoth = (value: string, label = value): Option => ({ value, label: { en: label, zh: label } });
const fromRows = async (rows: Promise<{ id: string; name: string }[]>): Promise<Option[]> =>
  (await rows).map(({ id, name }) => sameInBoth(id, name));
const fromChoices = (choices: Readonly<Record<string, Bilingual>>): Option[] =>
  Object.entries(choices).map(([value, label]) => ({ value, label }));

const readers = {
  products: (shop: Shop) => fromRows(listRows(knownProducts, shop)),
  orders: (shop: Shop) => fromRows(listRows(recentOrders, shop)),
  order_lines: (shop: Shop) => fromRows(listRows(recentLineItems, shop)),
  statuses: async () => fromChoices(statusChoices),
  countries: async () => fromChoices(countryChoices),
  parcels: (shop: Shop) => fromRows(listRows(knownParcels, shop)),
  abnormal_reasons: (shop: Shop) => fromRows(listRows(knownAbnormalReasons, shop)),
  carriers: (shop: Shop) => fromRows(listRows(knownCarriers, shop)),
  currencies: (shop: Shop) => fromRows(listRows(knownCurrencies, shop)),
  time_zones: async () => fromChoices(TIME_ZONES),
} satisfies Record<string, (shop: Shop) => Promise<Option[]>>;

export const optionsParams = z.object({ kind: z.enum(Object.keys(readers) as [keyof typeof readers]) });
export const optionsAnswer = z.object({
  items: z.array(z.object({ value: z.string(), label: z.object({ en: z.string(), zh: z.string() }) })),
});
const querystring = z.object({
  q: z.string().max(200).default('').describe('Only options that contain this text'),
});
/** A dropdown with more is not readable. */
const MAX_OPTIONS = 300;

/** @param q a text that the options contain */
export async function readOptions(
  runtime: HubRuntime,
  shop: string,
  kind: keyof typeof readers,
  q = '',
): Promise<Option[]> {
  const options = await readers[kind](await openShop(runtime, shop));
  const wanted = q.toLowerCase();
  return options
    .filter(({ value, label }) =>
      [value, label.en, label.zh].some((text) => text.toLowerCase().includes(wanted)),
    )
    .slice(0, MAX_OPTIONS);
}

export function mountOptions(api: Api, { runtime }: HubServices): void {
  const schema = {
    summary: 'Options of a dropdown',
    params: optionsParams,
    querystring,
    response: { 200: optionsAnswer },
  };
  api.get('/v1/options/:kind', { schema }, async (request) => {
    const { shop } = shopKeyOf(runtime, request, 'read');
    return { items: await readOptions(runtime, shop, request.params.kind, request.query.q) };
  });
}
