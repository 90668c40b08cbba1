import * as z from 'zod';
import { defineMethod } from '../method.ts';
import * as wire from '../wire.ts';

/** How AliExpress judges the shop. Its answer is written partly in camel case, partly in snake case. */
export const shopHealth = defineMethod({
  name: 'aliexpress.merchant.diagnosis.query',
  family: 'business',
  request: z.strictObject({}),
  answer: z.object({ response: z.object({ diagnosisResult: wire.record }) }),
  items: 'response.diagnosisResult',
  personalData: 'none',
  source: 'docs/aliexpress.md#shop',
});
