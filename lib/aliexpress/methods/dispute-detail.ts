import * as z from 'zod';
import { defineMethod, idParameter, objectWithOrEmpty } from '../method.ts';
import * as wire from '../wire.ts';

/** One dispute. AliExpress wants the buyer's login beside the dispute's id; it stands in the row of the list. */
export const disputeDetail = defineMethod({
  name: 'aliexpress.issue.detail.get',
  family: 'business',
  request: z.strictObject({ buyer_login_id: z.string().trim().min(1), issue_id: idParameter }),
  answer: objectWithOrEmpty('result_object').pipe(z.object({ result_object: wire.record.nullish() })),
  items: 'result_object',
  personalData: 'buyer login and dispute messages',
  namesBuyer: true,
  source: 'docs/aliexpress.md#dispute-detail',
});
