import { existsSync } from 'node:fs';
import { recipes } from '../../recipes/index.ts';
import { pages } from '../../tools/docs/pages.ts';

const made = pages();
const textOf = (path: string) => made.find((page) => page.path === path)?.text ?? '';
const pageOf = (key: string, language: 'en' | 'zh') =>
  textOf(`docs/recipes/${key.replaceAll('_', '-')}${language === 'zh' ? '.zh-CN' : ''}.md`);

describe('Recipe page', () => {
  test.each(recipes.map(({ key }) => [key]))(
    'A recipe has a page and an index entry in both languages: %s',
    (key) => {
      const file = key.replaceAll('_', '-');
      expect([pageOf(key, 'en'), pageOf(key, 'zh')]).not.toContain('');
      expect(textOf('docs/recipes/README.md')).toContain(`(${file}.md)`);
      expect(textOf('docs/recipes/README.zh-CN.md')).toContain(`(${file}.zh-CN.md)`);
    },
  );

  test.each(recipes.map((recipe) => [recipe.key, recipe] as const))(
    'The page names every input of the trigger and of its actions by its label: %s',
    (key, { trigger, steps }) => {
      const inputs = [
        trigger.inputs,
        ...steps.flatMap((step) => ('action' in step ? [step.action.inputs] : [])),
      ];
      const labels = inputs.flatMap((declared) => Object.values(declared).map(({ label }) => label));
      const [english, chinese] = [pageOf(key, 'en'), pageOf(key, 'zh')];
      expect(labels.filter(({ en }) => !english.includes(`| ${en} |`))).toEqual([]);
      expect(labels.filter(({ en, zh }) => !chinese.includes(`| ${en}（${zh}） |`))).toEqual([]);
    },
  );

  test('The value of an input is named by the label that the editor shows', () => {
    expect(pageOf('customs_stall_to_feishu', 'en')).toContain('| Alert Types | Stuck in customs |');
  });

  test('A mapped field is named by the label that the editor shows', () => {
    expect(pageOf('new_order_to_feishu', 'zh')).toContain('| Title（标题） | *Title (Chinese)* |');
  });

  test('A list of choices is said to take a field only after "Custom"', () => {
    expect(pageOf('new_order_to_feishu', 'en')).toContain(
      '| Severity | *Severity*, after choosing “Custom” |',
    );
  });

  test('An input that the seller must fill in shows its help text', () => {
    expect(pageOf('low_stock_to_purchasing', 'en')).toContain('| Products | Up to 20.');
  });

  test('A column of a sheet is listed with its field', () => {
    expect(pageOf('paid_order_to_sheet', 'zh')).toContain('| 订单号 | *Order Number* |');
  });

  test('A field of the ticket is listed with the output it takes', () => {
    expect(pageOf('bad_review_to_ticket', 'en')).toContain('| External ID | *External ID* |');
  });

  test('The settings for a run on one machine are named', () => {
    expect(pageOf('low_stock_to_purchasing', 'en')).toMatch(
      /`npm run hub`.* set `FEISHU_WEBHOOK_URL` or `DINGTALK_WEBHOOK_URL` and `LOW_STOCK_PRODUCT_IDS` in .env/,
    );
  });

  test.each(recipes.map(({ key }) => [key]))('The page leads to the blueprint for Make: %s', (key) => {
    const path = `make/blueprints/${key.replaceAll('_', '-')}.json`;
    expect(existsSync(new URL(`../../${path}`, import.meta.url))).toBe(true);
    for (const language of ['en', 'zh'] as const) expect(pageOf(key, language)).toContain(`(../../${path})`);
  });

  test('The English page has no Chinese but the link to the other page', () => {
    const chinese = recipes.flatMap(
      ({ key }) =>
        pageOf(key, 'en')
          .replace('[中文]', '')
          .match(/[\u4e00-\u9fff]+/g) ?? [],
    );
    expect(chinese).toEqual([]);
  });
});
