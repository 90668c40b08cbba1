/** The search "Find Shop Profile". Make has no memory, so it always asks: two calls. */

import { merchantProfile } from '../../../aliexpress/methods/merchant-profile.ts';
import { shopHealth } from '../../../aliexpress/methods/shop-health.ts';
import { shop } from '../../../aliexpress/records/shop.ts';
import type { SearchDeclaration } from '../../../pack/operation.ts';
import { shapeFor } from '../answer.ts';
import { ask } from '../asking.ts';
import type { Source } from '../fields.ts';
import { call } from '../iml.ts';
import type { MakeModule } from '../module.ts';
import { recordOutput, termsOf } from '../outputs.ts';
import { handOut, required, searchModule } from './lookups.ts';

const source: Source = {
  at: (from) => from.replace(/^profile\./, 'temp.profile.').replace(/^diagnosis\./, 'temp.answer.'),
  answeredAt: 'temp.answeredAt',
};

export function shopProfile(search: SearchDeclaration): MakeModule {
  const terms = termsOf(shop.fields, source);
  const module = searchModule(search, shop, [
    ...ask(
      {
        method: merchantProfile,
        params: {},
        shape: shapeFor(merchantProfile.name, {}),
        marks: ['shop_id', 'shop_name'],
      },
      { lane: 'ask' },
    ),
    ...ask(
      {
        method: shopHealth,
        params: {},
        shape: shapeFor(shopHealth.name, {}),
        marks: ['diagnosisResult'],
        keep: { profile: 'temp.answer' },
      },
      { lane: 'ask' },
    ),
    handOut(
      call('add', 'emptyarray', 'temp.profile'),
      required(shop, terms.readings),
      recordOutput(shop, terms),
    ),
  ]);
  // There is no memory that an age would choose.
  return {
    ...module,
    description:
      'Finds the profile of the shop and how healthy it is judged to be. Uses two of the 200 calls of the day.',
    mappableParams: module.mappableParams.slice(-1),
  };
}
