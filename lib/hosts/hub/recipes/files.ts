/** Where the files of a shop are. They are removed with the shop. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** @param data the folder of the hub's data */
export const ticketFolder = (data: string, shop: string): string => join(data, 'tickets', shop);
export const sheetFolder = (data: string, shop: string): string => join(data, 'sheets', shop);

export function removeFiles(data: string, shop: string): void {
  for (const folder of [ticketFolder(data, shop), sheetFolder(data, shop)])
    rmSync(folder, { recursive: true, force: true });
}
