/** One request that changes something at Make. */

import type { Make } from '@makehq/sdk';
import type { Account, RequestOptions } from './account.ts';

export interface Step {
  /** One line for the publisher, without any value of the common data. */
  line: string;
  take(account: Account, state: State): Promise<void>;
}

/** What the steps before have found out. */
export interface State {
  /** Name of the app at Make. */
  app: string;
  /** `keyOf` a component → its name at Make. */
  names: Map<string, string>;
}

type Send = (make: Make, state: State) => Promise<unknown>;

export const simple = (line: string, send: Send, options?: RequestOptions): Step => ({
  line,
  take: async (account, state) => {
    await account.request(line, (make) => send(make, state), options);
  },
});

export const sizeOf = (text: string): string => `${Buffer.byteLength(text).toLocaleString('en')} bytes`;
