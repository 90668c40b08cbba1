import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recipes } from '../../recipes/index.ts';
import { pages } from '../../tools/docs/pages.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const made = pages();
const textOf = (path: string) => made.find((page) => page.path === path)?.text ?? '';
const pageOf = (key: string, language: 'en' | 'zh') =>
  textOf(`docs/recipes/${key.replaceAll('_', '-')}${language === 'zh' ? '.zh-CN' : ''}.md`);

test('generated pages link only to pages that are there', () => {
  const broken = made.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)#]+\.md)\)/g)]
      .map(([, target]) => join(path, '..', String(target)))
      .filter((target) => !existsSync(join(root, target))),
  );
  expect(broken).toEqual([]);
});

describe('The page of a recipe', () => {
  test.each(recipes.map(({ key }) => [key]))('is there in both languages, and in the index: %s', (key) => {
    const file = key.replaceAll('_', '-');
    expect([pageOf(key, 'en'), pageOf(key, 'zh')]).not.toContain('');
    expect(textOf('docs/recipes/README.md')).toMatch(
      new RegExp(`\\(${file}\\.md\\).*\\(${file}\\.zh-CN\\.md\\)`),
    );
  });

  test.each(recipes.map((recipe) => [recipe.key, recipe] as const))(
    'names every input of the trigger and of its actions, by its label: %s',
    (key, { trigger, steps }) => {
      const inputs = [
        trigger.inputs,
        ...steps.flatMap((step) => ('action' in step ? [step.action.inputs] : [])),
      ];
      const labels = inputs.flatMap((declared) => Object.values(declared).map(({ label }) => label));
      for (const language of ['en', 'zh'] as const) {
        const text = pageOf(key, language);
        expect(labels.filter((label) => !text.includes(`| ${label} |`))).toEqual([]);
      }
    },
  );

  test('says which value an input gets by the label that the editor shows', () => {
    expect(pageOf('customs_stall_to_feishu', 'en')).toContain('| Kinds | Held in customs |');
  });

  test('says which field goes where by the label that the editor shows', () => {
    expect(pageOf('new_order_to_feishu', 'zh')).toContain('| Title | *Title (Chinese)* |');
  });

  test('says that a list of choices takes a field only after "Custom"', () => {
    expect(pageOf('new_order_to_feishu', 'en')).toContain(
      '| Severity | *Severity*, after choosing “Custom” |',
    );
  });

  test('says what the seller must fill in', () => {
    expect(pageOf('low_stock_to_purchasing', 'en')).toContain('| Products | the numbers of the products');
  });

  test('says which column gets which field', () => {
    expect(pageOf('paid_order_to_sheet', 'zh')).toContain('| 订单号 | *Order Number* |');
  });

  test('says what of the prepared ticket goes where', () => {
    expect(pageOf('bad_review_to_ticket', 'en')).toContain('| External ID | *External ID* |');
  });

  test('says what to set to run it on one machine', () => {
    expect(pageOf('low_stock_to_purchasing', 'en')).toContain(
      '`npm start -- --live --recipes low_stock_to_purchasing`, with `FEISHU_WEBHOOK_URL` and `LOW_STOCK_PRODUCTS`',
    );
  });

  test('has no Chinese on the English page but the link to the other one', () => {
    const chinese = recipes.flatMap(
      ({ key }) =>
        pageOf(key, 'en')
          .replace('[中文]', '')
          .match(/[\u4e00-\u9fff]+/g) ?? [],
    );
    expect(chinese).toEqual([]);
  });
});
