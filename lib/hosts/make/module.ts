/** A module of the Make app, before it is written into files. */

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
  /** Of a trigger: what its panel "Choose where to start" shows. */
  epoch?: Json;
}

/** Why an operation is no module. */
export interface NotOnMake {
  key: string;
  because: { en: string; zh: string };
}
