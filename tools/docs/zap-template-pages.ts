/** A page for every Zap template, in both languages, and an index. */

import { EVENT_FIELDS } from '../../lib/pack/event-fields.ts';
import type { Input } from '../../lib/pack/input.ts';
import { withLocalFields } from '../../lib/pack/local-times.ts';
import { recordOfEvents, type TriggerDeclaration } from '../../lib/pack/operation.ts';
import type { Bilingual } from '../../lib/problems.ts';
import type { ZapTemplate } from '../zapier/templates.ts';
import { generated, type Language, labelIn, otherLanguage, pageFile, table, wordsOf } from './markdown.ts';
import type { Page } from './page.ts';
import { ZAP_WORDS } from './zap-words.ts';

export const FOLDER = 'docs/zap-templates';

const WORDS = {
  ...ZAP_WORDS,
  index: { en: 'Zap templates', zh: 'Zap 模板' },
  intro: {
    en: '{count} Zaps with other apps, each set up in a few minutes. Workflows with Feishu, DingTalk and tickets: [recipes](../recipes/README.md).',
    zh: '与其他应用组合的 {count} 个流程，每个几分钟即可建好。飞书、钉钉和工单流程见[流程模板](../recipes/README.zh-CN.md)。',
  },
  template: { en: 'template', zh: '模板' },
  benefit: { en: 'what it is good for', zh: '用途' },
  trigger: { en: 'When this happens', zh: '触发' },
  inputs: { en: 'Fields that you can fill in: {inputs}.', zh: '可填写的字段：{inputs}。' },
  action: { en: 'Do this', zh: '执行' },
  chooseAction: {
    en: 'Choose the app **{app}** and the event **{action}**. Connect your account, choose {place}, and fill in:',
    zh: '应用选 **{app}**，事件选 **{action}**。连接账号，{place}，然后填写：',
  },
  markup: {
    en: '*{text}* contains Markdown (`**`), which {app} shows as it is. To get plain text, add the step [**Prepare Ticket**](../recipes/bad-review-to-ticket.md#2-prepare-ticket) before this one, and choose its *Subject* and *Body*. The Zap then has three steps and needs a paid Zapier plan.',
    zh: '*{text}* 含 Markdown 标记（`**`），{app} 会原样显示。如需纯文本，请在此步之前增加 [**Prepare Ticket**（生成工单内容）](../recipes/bad-review-to-ticket.zh-CN.md#2-生成工单内容)，改选其 *Subject* 和 *Body*；此时流程共三步，需要 Zapier 付费版。',
  },
  columns: {
    en: 'Create these columns first. Format the numbers of orders, line items and parcels as text: they have more digits than a spreadsheet keeps.',
    zh: '请先建好这些列。订单号、子订单号和运单号请设为文本格式（位数超出表格的数字精度）。',
  },
  cost: { en: 'Freshness and cost', zh: '时效与消耗' },
  plan: {
    en: 'The Zap has two steps, as the free plan of Zapier allows, and uses one task per event. More on calls: [operations](../behavior.md#{anchor}).',
    zh: '流程共两步，Zapier 免费版即可使用，每个事件消耗一个任务（task）。调用的接口见[操作一览](../behavior.zh-CN.md#{anchor})。',
  },
  testing: {
    en: 'Test both steps and turn the Zap on. It reports what happens from then on.',
    zh: '测试两个步骤后启用。只通知启用之后发生的事件。',
  },
} as const satisfies Record<string, Bilingual>;

const say = wordsOf(WORDS);

const outputsOf = (trigger: TriggerDeclaration): Readonly<Record<string, { label: Bilingual }>> => ({
  ...withLocalFields(recordOfEvents(trigger).fields),
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

/** Apps that show the marks of Markdown as they are. */
const PLAIN = ['Gmail', 'Zendesk'];

/** What the seller chooses in a step of the app, apart from the fields that a template fills. */
const PLACES: Readonly<Record<string, Bilingual>> = {
  'Google Sheets': {
    en: 'a spreadsheet and a worksheet',
    zh: '指定表格（Spreadsheet）和工作表（Worksheet）',
  },
  Airtable: { en: 'a base and a table', zh: '指定数据库（Base）和数据表（Table）' },
  Slack: { en: 'a channel', zh: '指定频道（Channel）' },
  Gmail: { en: 'the recipient (To)', zh: '指定收件人邮箱（To）' },
  Zendesk: { en: 'a requester if Zendesk asks for one', zh: '如有要求，请指定请求者（Requester）' },
  Trello: { en: 'a board and a list', zh: '指定看板（Board）和列表（List）' },
  Notion: { en: 'a database', zh: '指定数据库（Database）' },
};

function inputIn({ label, required }: Input, language: Language): string {
  if (language === 'en') return required ? `${label.en} (required)` : label.en;
  return labelIn(required ? { ...label, zh: `${label.zh}，必填` } : label, language);
}

function placeIn(app: string, language: Language): string {
  const place = PLACES[app];
  if (!place) throw new Error(`nothing says where ${app} puts the result`);
  return place[language];
}

function templatePage(
  { key, title, description, trigger, app, action, fields, columnsZh }: ZapTemplate,
  language: Language,
) {
  const names = { label: trigger.label.en, label_zh: trigger.label.zh };
  const inputs = Object.values(trigger.inputs).map((input) => inputIn(input, language));
  const isSheet = SHEETS.includes(app);
  const shown = (output: string) =>
    outputLabel(trigger, language === 'zh' ? chineseOf(trigger, output) : output).en;
  const rows = Object.entries(fields).map(([field, output]) => [
    // The columns of a sheet are the seller's own.
    isSheet && language === 'zh'
      ? (columnsZh?.[field] ?? outputLabel(trigger, chineseOf(trigger, output)).zh)
      : field,
    `*${shown(output)}*`,
  ]);
  return generated('template', [
    `# ${title[language]}`,
    otherLanguage(key, language),
    description[language],
    `## 1. ${say('trigger', language)}`,
    say('chooseTrigger', language, names),
    inputs.length === 0
      ? say('noInputs', language)
      : say('inputs', language, { inputs: inputs.join(language === 'en' ? ', ' : '、') }),
    `## 2. ${say('action', language)}`,
    say('chooseAction', language, { app, action, place: placeIn(app, language) }),
    table([say('field', language), say('value', language)], rows),
    ...(isSheet ? [say('columns', language)] : []),
    ...(PLAIN.includes(app) ? [say('markup', language, { app, text: shown('text') })] : []),
    `## 3. ${say('turnOn', language)}`,
    say('testing', language),
    `## ${say('cost', language)}`,
    trigger.feed.freshness[language],
    say('plan', language, { anchor: anchorOf(trigger, language) }),
  ]);
}

/** Of the trigger's heading on the page of operations. */
const anchorOf = ({ label }: TriggerDeclaration, language: Language): string =>
  labelIn(label, language)
    .toLowerCase()
    .replace(/[（）]/g, '')
    .replaceAll(' ', '-');

function indexPage(templates: readonly ZapTemplate[], language: Language): string {
  const rows = templates.map(({ key, title, description }) => [
    `[${title[language]}](${pageFile(key, language)})`,
    description[language],
  ]);
  return generated('template', [
    `# ${say('index', language)}`,
    otherLanguage('README', language),
    say('intro', language, { count: String(templates.length) }),
    table([say('template', language), say('benefit', language)], rows),
  ]);
}

export const zapTemplatePages = (templates: readonly ZapTemplate[]): Page[] =>
  (['en', 'zh'] as const).flatMap((language) => [
    { path: `${FOLDER}/${pageFile('README', language)}`, text: indexPage(templates, language) },
    ...templates.map((template) => ({
      path: `${FOLDER}/${pageFile(template.key, language)}`,
      text: templatePage(template, language),
    })),
  ]);
