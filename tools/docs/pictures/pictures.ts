/**
 * The pictures of the cards. docs/pictures/pictures.json keeps the digest of what each shows, and of its file, so that a
 * picture that is out of date is found without a browser.
 */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Bilingual } from '../../../lib/problems.ts';
import { cardPage } from './card-html.ts';
import type { Deliveries } from './delivery.ts';

export const FOLDER = 'docs/pictures';
export const DIGESTS = `${FOLDER}/pictures.json`;

/** A card that is shown on the page of a recipe. */
export interface Picture {
  /** From the folder of the project. */
  path: string;
  /** The page that is photographed. */
  html: string;
}

/** Of a picture that was taken, in hexadecimal. */
const digests = z.strictObject({ html: z.string(), file: z.string() });
export type Digests = z.infer<typeof digests>;

const fromRoot = (path: string) => new URL(`../../../${path}`, import.meta.url);

export const digestOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 16);

/** Where the picture of a recipe's card is. */
export const picturePath = (recipe: string, language: keyof Bilingual): string =>
  `${FOLDER}/${recipe.replaceAll('_', '-')}${language === 'zh' ? '.zh-CN' : ''}.webp`;

/** The pictures that the pages need: two for every recipe that sends a card. */
export const picturesOf = (deliveries: Deliveries): Picture[] =>
  Object.entries(deliveries).flatMap(([recipe, delivery]) =>
    (['en', 'zh'] as const).flatMap((language) => {
      const { card } = delivery[language];
      return card ? [{ path: picturePath(recipe, language), html: cardPage(card, language) }] : [];
    }),
  );

export const readDigests = (): Record<string, Digests> =>
  existsSync(fromRoot(DIGESTS))
    ? z.record(z.string(), digests).parse(JSON.parse(readFileSync(fromRoot(DIGESTS), 'utf8')))
    : {};

/** Whether the file exists, is the one that was taken, and was taken of what the page shows today. */
export function isUpToDate({ path, html }: Picture, taken: Readonly<Record<string, Digests>>): boolean {
  const known = taken[path];
  return (
    known !== undefined &&
    existsSync(fromRoot(path)) &&
    known.html === digestOf(html) &&
    known.file === digestOf(readFileSync(fromRoot(path)))
  );
}
