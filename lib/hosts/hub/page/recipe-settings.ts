/** Keeps what was filled in for a recipe, once a message has arrived at every address that was given. */

import * as z from 'zod';
import { listOf } from '../admin/answers.ts';
import { recipeAnswer, testAnswer } from '../admin/recipes.ts';
import { type Admin, Refusal, UNPROCESSABLE } from './admin.ts';
import { type Fields, textIn, textsIn } from './form.ts';
import { type RecipeAnswer, shopPath } from './view.ts';

type Field = RecipeAnswer['fields'][number];

/** @throws Refusal; then nothing is kept */
export async function keepRecipe(admin: Admin, fields: Fields, shop: string): Promise<void> {
  const key = textIn(fields, 'id');
  const { items } = await admin('GET', `${shopPath(shop)}/recipes`, listOf(recipeAnswer));
  const declared = items.find((each) => each.key === key)?.fields ?? [];
  const settings = Object.fromEntries(
    declared.flatMap((field) => {
      const value = givenFor(field, fields);
      return value === undefined ? [] : [[field.key, value]];
    }),
  );
  const sameAs = Object.fromEntries(
    declared.flatMap(({ key: field }) => {
      const recipe = textIn(fields, `same_${field}`);
      return recipe === '' || field in settings ? [] : [[field, recipe]];
    }),
  );
  const change = textIn(fields, 'do');
  const isOn = { on: true, off: false }[change];
  const given = { settings, same_as: sameAs };
  const hasNewAddress = declared.some((field) => field.type === 'secret' && settings[field.key]);
  if (hasNewAddress || Object.keys(sameAs).length > 0) await testRecipe(admin, { shop, key }, given);
  await admin('PUT', recipePath(shop, key), z.unknown(), {
    ...given,
    ...(isOn !== undefined && { is_on: isOn }),
  });
}

/** @throws Refusal with a sentence for each address at which nothing has arrived */
export async function testRecipe(
  admin: Admin,
  { shop, key }: { shop: string; key: string },
  given: object,
): Promise<void> {
  const { results } = await admin('POST', `${recipePath(shop, key)}/test`, testAnswer, given);
  const problems = results.flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) throw new Refusal(UNPROCESSABLE, ...problems);
}

const recipePath = (shop: string, key: string): string =>
  `${shopPath(shop)}/recipes/${encodeURIComponent(key)}`;

/** Undefined: it stays as it is. Empty: it is removed, so that what the recipe fills in counts. */
function givenFor({ key, type, preset }: Field, fields: Fields): unknown {
  const text = textIn(fields, key).trim();
  if (type === 'secret') {
    if (textIn(fields, `remove_${key}`) !== '') return '';
    return text === '' ? undefined : text;
  }
  const value =
    type === 'choices'
      ? textsIn(fields, key)
      : type === 'texts'
        ? textsIn(fields, key).flatMap(linesIn)
        : text;
  return isSame(value, preset) ? '' : value;
}

const linesIn = (text: string): string[] =>
  text
    .split(/[\n,，;；]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

const isSame = (value: string | string[], preset: unknown): boolean => String(value) === String(preset ?? '');
