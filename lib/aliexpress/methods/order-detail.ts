import { z } from 'zod';
import { defineMethod } from '../method.ts';
import * as wire from '../wire.ts';

/** One order. `ext_info_bit_flag` is never sent: its documentation contradicts itself, and without it all comes. */
export const orderDetail = defineMethod({
  name: 'aliexpress.trade.new.redefining.findorderbyid',
  family: 'business',
  requestKey: 'param1',
  request: z.strictObject({
    order_id: z
      .string()
      .regex(/^\d{6,19}$/)
      .transform(BigInt),
  }),
  answer: z.object({ target: wire.record.nullish() }),
  items: 'target',
  personalData: 'masked name, phone and address',
  source: 'facts §3.1.2; getApi.json 2026-10-01',
});
