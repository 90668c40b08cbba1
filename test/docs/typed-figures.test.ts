/**
 * What a recipe or a feed says of freshness and cost has no figure that was typed: each comes from the constant that makes
 * it true, or from the simulated week, which the pages show beside it.
 */

import { filesNamed, read } from '../support/repository.ts';

const declarations = filesNamed('.ts').filter((file) => /^(recipes|lib\/feeds)\/[\w-]+\.ts$/.test(file));

/** The texts of these properties, as they are written, without what is filled in. */
const textsIn = (source: string): string[] =>
  Array.from(
    source.matchAll(/^( *)(?:freshness|cost|watch): ([[{].*?)(?:^\1[\]}]|[\]}]),$/gms),
    ([, , part = '']) =>
      Array.from(
        part.matchAll(/'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`/g),
        ([, ...found]) => found.join('').replace(/\$\{[^}]*\}/g, ''),
      ),
  ).flat();

/** One call to three are what a question takes, and no setting. */
const UNIT = '(?:minutes?|hours?|days?|weeks?|orders|products|parcels|分钟|小时|天|周|个|单|%)';
const WORD = '(?:four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|fifty|hundred)';
const FIGURE = new RegExp(
  `\\d{2,}|[4-9]|[1-3](?= ?${UNIT}\\b)|[1-3](?= ?[分小天周个单])|\\b${WORD}\\b|[四五六七八九十百]+ ?(?=[分小天周个单次])`,
  'g',
);
const figuresIn = (text: string): string[] => text.replaceAll('17TRACK', '').match(FIGURE) ?? [];

test('The texts of the recipes and the feeds are found', () => {
  const withTexts = declarations.filter((file) => textsIn(read(file)).length > 1);
  expect(withTexts.filter((file) => file.startsWith('recipes/')).length).toBeGreaterThan(13);
  expect(withTexts.filter((file) => file.startsWith('lib/')).length).toBeGreaterThan(8);
});

test.each([
  ['about every 8 minutes', ['8']],
  ['every 2 hours, with 1 call', ['2']],
  ['five days', ['five']],
  ['每天四次，每次 50 单', ['四', '50']],
  ['3 天，2 次调用', ['3']],
  ['1 or 2 per parcel with a 17TRACK key', []],
])('In "%s" the figures %p are found', (text, figures) => {
  expect(figuresIn(text)).toEqual(figures);
});

test.each(declarations.map((file) => [file]))('No figure is typed in %s', (file) => {
  expect(textsIn(read(file)).filter((text) => figuresIn(text).length > 0)).toEqual([]);
});
