import * as z from 'zod';
import { defineMethod, idParameter, objectWithAnyOf } from '../method.ts';
import * as wire from '../wire.ts';

const given = z.string().trim().min(1);

/**
 * The events of one parcel. All parameters are required: the carrier's key and the country come from the order
 * detail (`logistics_type_code`, `receipt_address.country`).
 *
 * A parcel that no carrier has seen yet is answered with `result_success: true` and empty `details`: no refusal. With
 * `result_success: false` only words for people say why, and nothing in them tells an unknown parcel from other
 * trouble; so that is a refusal.
 */
export const tracking = defineMethod({
  name: 'aliexpress.logistics.redefining.querytrackingresult',
  family: 'business',
  request: z.strictObject({
    logistics_no: given,
    /** The order. */
    out_ref: idParameter,
    /** The carrier's key, such as "CAINIAO_STANDARD"; not its name. */
    service_name: given,
    /** Where the parcel goes, as AliExpress writes countries: "ES", but "UK". */
    to_area: given,
    /** Orders of AliExpress; there is no other kind. */
    origin: z.literal('ESCROW').default('ESCROW'),
  }),
  answer: objectWithAnyOf('details', 'result_success').pipe(
    z.object({ details: wire.list, official_website: wire.text.nullish() }),
  ),
  personalData: 'name of who signed for the parcel',
  source: 'docs/aliexpress.md#tracking',
});
