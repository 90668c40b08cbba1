import * as z from 'zod';
import { defineMethod, idParameter, objectWithOrEmpty } from '../method.ts';
import * as wire from '../wire.ts';

/**
 * One dispute, or none. AliExpress requires the buyer's login next to the number of the dispute; `buyerLoginOf` takes it
 * from the row of the list. See docs/aliexpress.md#dispute-detail.
 */
export const disputeDetail = defineMethod({
  name: 'aliexpress.issue.detail.get',
  family: 'business',
  request: () =>
    z
      .strictObject({ disputeId: idParameter, buyerLogin: z.string().trim().min(1) })
      .transform(({ disputeId, buyerLogin }) => ({ buyer_login_id: buyerLogin, issue_id: disputeId })),
  answer: () =>
    objectWithOrEmpty('result_object')
      .pipe(z.object({ result_object: wire.record.nullish() }))
      .transform(({ result_object: found }) => ({ items: found ? [found] : [] })),
  personalData: 'buyer login and dispute messages',
  namesBuyer: true,
  source: 'docs/aliexpress.md#dispute-detail',
});
