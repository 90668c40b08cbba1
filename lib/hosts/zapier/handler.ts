/** Core's own handler, which its types leave out: what Zapier calls, and what the local host and the tests call. */

import * as core from 'zapier-platform-core';

export type AppHandler = (event: object) => Promise<{ results: unknown }>;

export const createAppHandler = (core as unknown as { createAppHandler: (app: object) => AppHandler })
  .createAppHandler;
