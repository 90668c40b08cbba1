/** A page for every Zap template, in both languages, and an index. */

import { EVENT_FIELDS } from '../../lib/pack/event-fields.ts';
import { recordOfEvents, type TriggerDeclaration } from '../../lib/pack/operation.ts';
import type { Bilingual } from '../../lib/problems.ts';
import type { ZapTemplate } from '../zapier/templates.ts';
import { labelIn, table } from './markdown.ts';
import type { Page } from './page.ts';

type Language = keyof Bilingual;

export const FOLDER = 'docs/zap-templates';
const HEAD = '<!-- Written by `npm run docs`; change the template, not this page. -->';

const WORDS = {
  index: { en: 'Zap templates', zh: 'Zap 模板' },
  intro: {
    en: 'Twelve Zaps with other apps, each set up in a few minutes. Workflows with Feishu, DingTalk and tickets: [recipes](../recipes/README.md).',
    zh: '与其他应用组合的十二个流程，每个几分钟即可建好。飞书、钉钉和工单流程见[流程模板](../recipes/README.zh-CN.md)。',
  },
  other: { en: '中文', zh: 'English' },
  template: { en: 'template', zh: '模板' },
  benefit: { en: 'what it is good for', zh: '用途' },
  trigger: { en: 'When this happens', zh: '触发' },
  chooseTrigger: {
    en: 'Create a Zap. Choose the app **AliExpress Seller**, the event **{label}**, and your shop.',
    zh: '新建流程（Zap）：应用选 **AliExpress Seller**，事件选 **{label}**（{label_zh}），再选择店铺。',
  },
  inputs: { en: 'Fields that you can fill in: {inputs}.', zh: '可填写的字段：{inputs}。' },
  noInputs: { en: 'No fields to fill in.', zh: '无需填写。' },
  action: { en: 'Do this', zh: '执行' },
  chooseAction: {
    en: 'Choose the app **{app}** and the event **{action}**. Connect your account, choose where the result goes, and fill in:',
    zh: '应用选 **{app}**，事件选 **{action}**。连接账号，选择写入位置，然后填写：',
  },
  field: { en: 'field', zh: '字段' },
  value: { en: 'value', zh: '填写' },
  columns: {
    en: 'Create these columns first. Format the numbers of orders, line items and parcels as text: they have more digits than a spreadsheet keeps.',
    zh: '请先建好这些列。订单号、子订单号和运单号请设为文本格式（位数超出表格的数字精度）。',
  },
  turnOn: { en: 'Test and turn on', zh: '测试并启用' },
  testing: {
    en: 'Test both steps and turn the Zap on. It reports what happens from then on. What it costs and how fresh it is: [operations](../behavior.md#{anchor}).',
    zh: '测试两个步骤后启用。只通知启用之后发生的事件。调用次数和时效见[操作一览](../behavior.zh-CN.md#{anchor})。',
  },
} as const satisfies Record<string, Bilingual>;

type Word = keyof typeof WORDS;

const say = (word: Word, language: Language, values: Record<string, string> = {}): string =>
  WORDS[word][language].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');

const fileOf = (key: string, language: Language): string => `${key}${language === 'zh' ? '.zh-CN' : ''}.md`;
const otherOf = (language: Language): Language => (language === 'en' ? 'zh' : 'en');

const outputsOf = (trigger: TriggerDeclaration): Readonly<Record<string, { label: Bilingual }>> => ({
  ...recordOfEvents(trigger).fields,
  ...EVENT_FIELDS,
});

/** @throws Error where the trigger has no such output */
export function outputLabel(trigger: TriggerDeclaration, key: string): Bilingual {
  const found = outputsOf(trigger)[key];
  if (!found) throw new Error(`${trigger.key} has no output ${key}`);
  return found.label;
}

/** The output with the same value in Chinese, where there is one. */
const chineseOf = (trigger: TriggerDeclaration, key: string): string =>
  `${key}_zh` in outputsOf(trigger) ? `${key}_zh` : key;

const SHEETS = ['Google Sheets', 'Airtable'];

function templatePage(
  { key, title, description, trigger, app, action, fields }: ZapTemplate,
  language: Language,
) {
  const names = { label: trigger.label.en, label_zh: trigger.label.zh };
  const inputs = Object.values(trigger.inputs).map(({ label }) => labelIn(label, language));
  const rows = Object.entries(fields).map(([field, output]) => [
    field,
    `*${outputLabel(trigger, language === 'zh' ? chineseOf(trigger, output) : output).en}*`,
  ]);
  return [
    HEAD,
    `# ${title[language]}`,
    `[${say('other', language)}](${fileOf(key, otherOf(language))})`,
    description[language],
    `## 1. ${say('trigger', language)}`,
    say('chooseTrigger', language, names),
    inputs.length === 0
      ? say('noInputs', language)
      : say('inputs', language, { inputs: inputs.join(language === 'en' ? ', ' : '、') }),
    `## 2. ${say('action', language)}`,
    say('chooseAction', language, { app, action }),
    table([say('field', language), say('value', language)], rows),
    ...(SHEETS.includes(app) ? [say('columns', language)] : []),
    `## 3. ${say('turnOn', language)}`,
    say('testing', language, { anchor: anchorOf(trigger, language) }),
  ].join('\n\n');
}

/** Of the trigger's heading on the page of operations. */
const anchorOf = ({ label }: TriggerDeclaration, language: Language): string =>
  labelIn(label, language)
    .toLowerCase()
    .replace(/[（）]/g, '')
    .replaceAll(' ', '-');

function indexPage(templates: readonly ZapTemplate[], language: Language): string {
  const rows = templates.map(({ key, title, description }) => [
    `[${title[language]}](${fileOf(key, language)})`,
    description[language],
  ]);
  return [
    HEAD,
    `# ${say('index', language)}`,
    `[${say('other', language)}](${fileOf('README', otherOf(language))})`,
    say('intro', language),
    table([say('template', language), say('benefit', language)], rows),
  ].join('\n\n');
}

export const zapTemplatePages = (templates: readonly ZapTemplate[]): Page[] =>
  (['en', 'zh'] as const).flatMap((language) => [
    { path: `${FOLDER}/${fileOf('README', language)}`, text: `${indexPage(templates, language)}\n` },
    ...templates.map((template) => ({
      path: `${FOLDER}/${fileOf(template.key, language)}`,
      text: `${templatePage(template, language)}\n`,
    })),
  ]);
