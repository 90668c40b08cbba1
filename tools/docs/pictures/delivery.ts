/** What every recipe delivers in the sandbox, as docs/figures/deliveries.json keeps it for the pages. */

import { readFileSync } from 'node:fs';
import * as z from 'zod';
import feishu from '../../../channels/feishu.ts';

/** From the folder of the project. */
export const DELIVERIES = 'docs/figures/deliveries.json';

const ticket = z.object({
  subject: z.string(),
  body_text: z.string(),
  priority: z.string(),
  tags: z.array(z.string()),
  external_id: z.string(),
});

/** What the steps of one event delivered, in one language. */
const delivered = z.strictObject({
  /** The message to the group, without its signature. */
  card: feishu.form.optional(),
  /** The cells of the row, in the order of the recipe's columns. */
  row: z.array(z.string()).optional(),
  ticket: ticket.optional(),
});
export type Delivered = z.infer<typeof delivered>;

/** Without Chinese: as a seller maps the English fields of the trigger. */
const delivery = z.strictObject({ event: z.string(), en: delivered, zh: delivered });
export type Delivery = z.infer<typeof delivery>;

/** By the recipe's key. */
export type Deliveries = Readonly<Record<string, Delivery>>;

const fromRoot = (path: string) => new URL(`../../../${path}`, import.meta.url);

export const readDeliveries = (): Deliveries =>
  z.record(z.string(), delivery).parse(JSON.parse(readFileSync(fromRoot(DELIVERIES), 'utf8')));

/** @throws Error where the file has no delivery of the recipe */
export function deliveryOf(key: string, deliveries: Deliveries): Delivery {
  const found = deliveries[key];
  if (!found) throw new Error(`${DELIVERIES} has nothing of ${key}: run npm run docs:pictures`);
  return found;
}
