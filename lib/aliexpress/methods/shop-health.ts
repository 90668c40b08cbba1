import * as z from 'zod';
import { defineMethod } from '../method.ts';
import * as wire from '../wire.ts';

/** The health level of the shop. The answer mixes camel case and snake case. See docs/aliexpress.md#shop. */
export const shopHealth = defineMethod({
  name: 'aliexpress.merchant.diagnosis.query',
  family: 'business',
  request: () => z.strictObject({}),
  answer: () => z.object({ response: z.object({ diagnosisResult: wire.record }) }),
  personalData: 'none',
  source: 'docs/aliexpress.md#shop',
});
