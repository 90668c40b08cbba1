/** Where the files of a shop are. They are removed with the shop. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isShopId } from '../shops/shop-id.ts';

/** A file may be written while its folder is deleted. */
const MAX_RETRIES = 5;

/** @param data the folder of the hub's data */
export const ticketFolder = (data: string, shop: string): string => join(data, 'tickets', folderName(shop));
export const sheetFolder = (data: string, shop: string): string => join(data, 'sheets', folderName(shop));

export function removeFiles(data: string, shop: string): void {
  for (const folder of [ticketFolder(data, shop), sheetFolder(data, shop)])
    rmSync(folder, { recursive: true, force: true, maxRetries: MAX_RETRIES });
}

/** Nothing else names a folder, because what a folder holds is deleted with its shop. */
function folderName(shop: string): string {
  if (isShopId(shop)) return shop;
  throw new Error('the id of a shop is no number');
}
