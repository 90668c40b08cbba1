/** One request that changes something at Make. */

import type { Make } from '@makehq/sdk';
import type { Bilingual } from '../../../lib/problems.ts';
import type { Account, RequestOptions } from './account.ts';
import type { App } from './app-folder.ts';

export interface Step {
  /** One line for the publisher, without any value of the common data. */
  line: Bilingual;
  take(account: Account, state: State): Promise<void>;
}

/** What the publisher wants to stand at Make. */
export interface Wanted {
  app: App;
  icon: Uint8Array;
  /** Send the icon even if Make has one. */
  newIcon: boolean;
  /** Common data of the connections that sign in at the hub; undefined leaves what stands at Make. */
  client: { clientId: string; clientSecret: string } | undefined;
  /** Remove what `make/` does not have, or hide it where Make removes nothing. */
  prune: boolean;
  /** Show all modules to those who are invited. */
  visible: boolean;
}

/** What the steps before have found out. */
export interface State {
  /** Name of the app at Make. */
  app: string;
  /** `keyOf` a component → its name at Make. */
  names: Map<string, string>;
}

type Send = (make: Make, state: State) => Promise<unknown>;

export const simple = (line: Bilingual, send: Send, options?: RequestOptions): Step => ({
  line,
  take: async (account, state) => {
    await account.request(line, (make) => send(make, state), options);
  },
});

/** The line for one file. */
export const fileLine = (name: string, content: string | Uint8Array): Bilingual => {
  const size = Buffer.byteLength(content).toLocaleString('en');
  return { en: `${name}, ${size} bytes`, zh: `${name}，${size} 字节` };
};
