/** The handler of zapier-platform-core, which Zapier calls. Its types leave it out. */

import * as core from 'zapier-platform-core';

export type AppHandler = (event: object) => Promise<{ results: unknown }>;

export const createAppHandler = (core as unknown as { createAppHandler: (app: object) => AppHandler })
  .createAppHandler;
