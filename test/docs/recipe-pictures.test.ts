/** The pictures of cards on the pages of recipes, checked without a browser. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { recipes } from '../../recipes/index.ts';
import { cardPage } from '../../tools/docs/pictures/card-html.ts';
import { deliveryOf, readDeliveries } from '../../tools/docs/pictures/delivery.ts';
import {
  FOLDER,
  isUpToDate,
  picturePath,
  picturesOf,
  readDigests,
} from '../../tools/docs/pictures/pictures.ts';
import { read } from '../support/repository.ts';

const MAX_BYTES = 40_000;
const MAX_BYTES_TOGETHER = 1_200_000;

const deliveries = readDeliveries();
const pictures = picturesOf(deliveries);
const fromRoot = (path: string) => new URL(`../../${path}`, import.meta.url);
const isCard = (recipe: (typeof recipes)[number]) =>
  recipe.steps.some((step) => 'action' in step && step.output !== 'ticket');

const shown = recipes.filter(isCard).flatMap(({ key }) => [[key, 'en'] as const, [key, 'zh'] as const]);

test.each(shown)('The page of %s (%s) shows the picture of its card', (key, language) => {
  const path = picturePath(key, language);
  const page = `docs/recipes/${key.replaceAll('_', '-')}${language === 'zh' ? '.zh-CN' : ''}.md`;
  expect(read(page)).toContain(`<img src="../${path.replace('docs/', '')}"`);
  expect(existsSync(fromRoot(path))).toBe(true);
});

test.each(pictures.map((picture) => [picture.path, picture] as const))(
  'The picture %s shows the card as it is today; if not, run npm run docs:pictures',
  (_, picture) => {
    expect(isUpToDate(picture, readDigests())).toBe(true);
  },
);

test('A card with another word is not what its picture shows', () => {
  const [picture] = pictures;
  const changed = { path: String(picture?.path), html: `${picture?.html} ` };
  expect(isUpToDate(changed, readDigests())).toBe(false);
});

test('The pictures are small, and there are no others', () => {
  const files = readdirSync(fromRoot(FOLDER)).filter((name) => name !== 'pictures.json');
  const sizes = files.map((name) => statSync(fromRoot(`${FOLDER}/${name}`)).size);
  expect(files.map((name) => `${FOLDER}/${name}`).sort()).toEqual(pictures.map(({ path }) => path).sort());
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_BYTES);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MAX_BYTES_TOGETHER);
});

test('Every picture is a WebP file', () => {
  const kinds = pictures.map(({ path }) => readFileSync(fromRoot(path)).toString('latin1', 8, 12));
  expect(new Set(kinds)).toEqual(new Set(['WEBP']));
});

describe('Card in HTML', () => {
  const { card } = deliveryOf('new_order_to_feishu', deliveries).zh;
  const changed = (content: string) => {
    const message = structuredClone(card);
    const [first] = message?.card.body.elements ?? [];
    if (!message || first?.tag !== 'markdown') throw new Error('no text in the card');
    first.content = content;
    return cardPage(message, 'zh');
  };

  test('Bold, italic and line breaks are shown', () => {
    expect(changed('**金额** USD\n*北京时间*')).toContain('<b>金额</b> USD<br><i>北京时间</i>');
  });

  test('Text that Feishu shows as it is stays so', () => {
    expect(changed('&#42;&#42;a&#42;&#42; &#60;b&#62;')).toContain('&#42;&#42;a&#42;&#42; &#60;b&#62;');
  });

  test('The title has the color of its severity, and a title with markup is shown as it is', () => {
    if (!card) throw new Error('no card');
    const red = structuredClone(card);
    red.card.header = { title: { tag: 'plain_text', content: '<i>a</i>' }, template: 'red' };
    expect(cardPage(red, 'en')).toMatch(/#fde2e2; color: #d83931">&lt;i&gt;a&lt;\/i&gt;</);
  });
});
