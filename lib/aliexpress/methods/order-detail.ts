import * as z from 'zod';
import { defineMethod, idParameter } from '../method.ts';
import * as wire from '../wire.ts';

/** One order. `ext_info_bit_flag` is never sent: its documentation contradicts itself, and without it all comes. */
export const orderDetail = defineMethod({
  name: 'aliexpress.trade.new.redefining.findorderbyid',
  family: 'business',
  requestKey: 'param1',
  request: z.strictObject({ order_id: idParameter }),
  // Every field may be absent; an order that is not the shop's has no target. An answer with neither is no answer.
  answer: z
    .object({ target: wire.record.nullish(), time_stamp: wire.text.nullish() })
    .refine((answer) => answer.target != null || answer.time_stamp != null, { path: ['target'] }),
  items: 'target',
  personalData: 'masked name, phone and address',
  source: 'docs/aliexpress.md#order-detail',
});
