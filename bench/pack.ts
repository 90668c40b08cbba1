/** The parts of a release that a benchmark runs: of this one, or of an earlier state of the repository. */

import { createApp } from '../index.ts';
import { readSettings } from '../lib/settings.ts';
import { memoryStore } from '../lib/stores/memory.ts';
import { checkOut } from '../tools/releases/checkout.ts';
import { loadRelease } from '../tools/releases/load.ts';

export const thisPack = { createApp, readSettings, memoryStore };
export type Pack = typeof thisPack;

const ENTRY = `
  export { createApp } from './index.ts';
  export { readSettings } from './lib/settings.ts';
  export { memoryStore } from './lib/stores/memory.ts';
`;

/** @param state a tag or a commit */
export async function packOf(state: string): Promise<Pack> {
  const { folder, remove } = checkOut(state);
  try {
    return await loadRelease<Pack>(folder, ENTRY);
  } finally {
    remove();
  }
}
