import * as z from 'zod';
import { defineMethod, idParameter } from '../method.ts';
import * as wire from '../wire.ts';

/** One order, or none where it belongs to another shop. See docs/aliexpress.md#order-detail. */
export const orderDetail = defineMethod({
  name: 'aliexpress.trade.new.redefining.findorderbyid',
  family: 'business',
  requestKey: 'param1',
  // `ext_info_bit_flag` is never sent: its documentation contradicts itself, and without it everything is returned.
  request: () => z.strictObject({ orderId: idParameter }).transform(({ orderId }) => ({ order_id: orderId })),
  answer: () =>
    z
      .object({ target: wire.record.nullish(), time_stamp: wire.text.nullish() })
      .refine((answer) => answer.target != null || answer.time_stamp != null, { path: ['target'] })
      .transform(({ target }) => ({ items: target ? [target] : [] })),
  personalData: 'masked name, phone and address',
  source: 'docs/aliexpress.md#order-detail',
});
