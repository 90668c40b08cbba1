/** Records to test with: the recorded ones, with changes. */

import { recordedItem } from '../../lib/aliexpress/recorded/samples.ts';
import { order } from '../../lib/aliexpress/records/order.ts';
import type { ValuesOf } from '../../lib/pack/record.ts';

/** A paid order that waits to be shipped. */
export const anOrder = (changes: Partial<ValuesOf<typeof order.fields>>): ValuesOf<typeof order.fields> => ({
  ...recordedItem(order),
  ...changes,
});
