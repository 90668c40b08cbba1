import { existsSync } from 'node:fs';
import { recipes } from '../../recipes/index.ts';
import { pages } from '../../tools/docs/pages.ts';
import accountAlert from '../../triggers/account-alert.ts';

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

  test('A number is named as the dropdown shows it', () => {
    expect(pageOf('bad_review_to_ticket', 'zh')).toContain('| Maximum Stars（最高星级） | 3 stars（3 星） |');
    expect(pageOf('daily_report_to_feishu', 'zh')).toContain('| Hour of the Day（发送时间） | 09:00 |');
  });

  test('An English page maps the English fields, which are the only ones of an English app', () => {
    expect(pageOf('paid_order_to_sheet', 'en')).toContain('| Status | *Status* |');
    const chinese = recipes.filter(({ key }) => /\*[^*]* \(Chinese\)\*/.test(pageOf(key, 'en')));
    expect(chinese.map(({ key }) => key)).toEqual([]);
  });

  test('A page says how many steps the workflow has, and whether it needs a paid plan', () => {
    expect(pageOf('new_order_to_feishu', 'zh')).toContain('共 2 步');
    expect(pageOf('new_order_to_feishu', 'zh')).not.toContain('本流程需要付费版');
    expect(pageOf('dispute_to_ticket_and_feishu', 'zh')).toMatch(/共 4 步.*本流程需要付费版/);
  });

  test('A page says where the bot of another messenger is found', () => {
    expect(pageOf('new_order_to_feishu', 'zh')).toMatch(/钉钉群.*群设置 → 机器人.*以 SEC 开头/);
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
    expect(pageOf('low_stock_to_purchasing', 'en')).toContain('| Products | Choose from the list. Up to 20.');
  });

  test('A column of a sheet is listed with its field', () => {
    expect(pageOf('paid_order_to_sheet', 'zh')).toContain('| 订单号 | *Order Number* |');
  });

  test('A field of the ticket is listed with the output it takes', () => {
    expect(pageOf('bad_review_to_ticket', 'en')).toContain('| External ID | *External ID* |');
  });

  test('The settings for a run on one machine are named', () => {
    expect(pageOf('low_stock_to_purchasing', 'en')).toMatch(
      /`npm run hub`.* set in `\.env` .*: `FEISHU_WEBHOOK_URL` or `DINGTALK_WEBHOOK_URL`, `LOW_STOCK_PRODUCT_IDS`/,
    );
  });

  test.each(recipes.map(({ key }) => [key]))('The page leads to the blueprint for Make: %s', (key) => {
    const path = `make/blueprints/${key.replaceAll('_', '-')}.json`;
    expect(existsSync(new URL(`../../${path}`, import.meta.url))).toBe(true);
    for (const language of ['en', 'zh'] as const) expect(pageOf(key, language)).toContain(`(../../${path})`);
  });

  test('Of the account alerts, the recipe leaves out the two about used calls, as its page says', () => {
    const all = Object.keys(accountAlert.inputs.alert_types.choices);
    const chosen = recipes.find(({ key }) => key === 'account_alert_to_feishu')?.inputs?.alert_types;
    expect(all.filter((type) => !(chosen as string[]).includes(type))).toEqual(['budget_80', 'budget_100']);
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
