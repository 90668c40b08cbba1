/** Where the files of a shop are. They are removed with the shop. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** @param data the folder of the hub's data */
export const ticketFolder = (data: string, shop: string): string => join(data, 'tickets', shop);

export function removeFiles(data: string, shop: string): void {
  rmSync(ticketFolder(data, shop), { recursive: true, force: true });
}
