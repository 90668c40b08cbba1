/** Where the files of a shop are. They are removed with the shop. */

import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../../problems.ts';
import { isShopId } from '../shops/shop-id.ts';

/** A file may be written while its folder is deleted. */
const MAX_RETRIES = 5;
const MAX_NAMED = 5;

/** @param data the folder of the hub's data */
export const ticketFolder = (data: string, shop: string): string => join(data, 'tickets', folderName(shop));
export const sheetFolder = (data: string, shop: string): string => join(data, 'sheets', folderName(shop));

/** @throws Problem `files_in_use`, for instance where a program on Windows has one of them open */
export function removeFiles(data: string, shop: string): void {
  const left = [ticketFolder(data, shop), sheetFolder(data, shop)].flatMap(leftOf);
  if (left.length > 0) fail('files_in_use', { files: left.slice(0, MAX_NAMED).join(', ') });
}

/** Deletes a folder. @returns the names of the files that stay, or that of the folder where it cannot be listed */
function leftOf(folder: string): string[] {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: MAX_RETRIES });
    return [];
  } catch {
    const names = filesIn(folder);
    return names.length > 0 ? names : [`${basename(dirname(folder))}/${basename(folder)}`];
  }
}

function filesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Nothing else names a folder, because what a folder holds is deleted with its shop. */
function folderName(shop: string): string {
  if (isShopId(shop)) return shop;
  throw new Error('the id of a shop is no number');
}
