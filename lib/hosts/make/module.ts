/** A module of the Make app, before it is written into files. */

import type { Bilingual } from '../../problems.ts';
import type { Json } from './json.ts';

export interface MakeModule {
  /** Of the operation: snake_case. */
  key: string;
  type: 'trigger' | 'search' | 'action';
  /** It does not ask for a shop to be connected. */
  needsNoShop?: true;
  crud?: 'create' | 'read';
  label: string;
  description: string;
  communication: Json[];
  staticParams: Json[];
  mappableParams: Json[];
  interface: Json[];
  samples: Json;
  /** The least calls of a run, where the conditions of its claims depend on each other. */
  leastCalls?: number;
  /** It asks in one run of a day only. */
  asksOnceADay?: true;
  /** What a run looks at, where that is not all there is. */
  looksAt?: Bilingual;
  /** Of a trigger: what its panel "Choose where to start" shows. */
  epoch?: Json;
}

/** Why an operation is no module, or sees less than on Zapier. */
export interface NotOnMake {
  key: string;
  because: Bilingual;
}
