/** A page for every recipe, in both languages: what a seller sets in the Zapier editor, by the labels the editor shows. */

import { posix } from 'node:path';
import { channels } from '../../channels/index.ts';
import { channelOf, messageAction } from '../../lib/channels/action.ts';
import { channelSettings } from '../../lib/channels/settings.ts';
import { blueprintPath } from '../../lib/hosts/make/app.ts';
import { EVENT_FIELDS } from '../../lib/pack/event-fields.ts';
import type { Input } from '../../lib/pack/input.ts';
import { withLocalFields } from '../../lib/pack/local-times.ts';
import { type ActionDeclaration, recordOfEvents, type TriggerDeclaration } from '../../lib/pack/operation.ts';
import {
  type ActionStep,
  openInputs,
  type RecipeDeclaration,
  type RecipeStep,
  type SheetStep,
} from '../../lib/pack/recipe.ts';
import type { Bilingual } from '../../lib/problems.ts';
import { DEFAULT_DAILY_LIMIT } from '../../lib/settings.ts';
import { meanDelay, measured } from './figures.ts';
import {
  cell,
  generated,
  type Language,
  labelIn,
  otherLanguage,
  pageFile,
  table,
  wordsOf,
} from './markdown.ts';
import type { Page } from './page.ts';
import { CARD_WIDTH } from './pictures/card-html.ts';
import { type Delivered, deliveryOf, readDeliveries } from './pictures/delivery.ts';
import { picturePath } from './pictures/pictures.ts';
import { readReport } from './reports.ts';
import { APP, ZAP_WORDS } from './zap-words.ts';

const FOLDER = 'docs/recipes';

/** The ticket system's fields, and the outputs of `prepare_ticket` that they take. */
const TICKET_FIELDS: readonly { field: Bilingual; output: keyof NonNullable<Delivered['ticket']> }[] = [
  { field: { en: 'Subject', zh: '标题 / Subject' }, output: 'subject' },
  { field: { en: 'Description or comment', zh: '描述或首条回复 / Description' }, output: 'body_text' },
  { field: { en: 'Priority', zh: '优先级 / Priority' }, output: 'priority' },
  { field: { en: 'Tags', zh: '标签 / Tags' }, output: 'tags' },
  { field: { en: 'External ID', zh: '外部编号 / External ID' }, output: 'external_id' },
];

const WORDS = {
  ...ZAP_WORDS,
  index: { en: 'Recipes', zh: '流程模板' },
  indexIntro: {
    en: 'Each page shows what arrives, how to set up the workflow in the Zapier editor step by step, how fresh its events are and what it costs. The last parts are for Make and for your own machine.',
    zh: '每页先展示效果，再逐步说明如何在 Zapier 编辑器中搭建流程，并列出时效和消耗；最后是在 Make 上和在本机运行的方法。',
  },
  recipe: { en: 'recipe', zh: '模板' },
  result: { en: 'result', zh: '效果' },
  delay: { en: 'mean delay', zh: '平均延迟' },
  indexNone: {
    en: '“–”: that week had no event whose delay could be measured. The page of the recipe says why.',
    zh: '“–”：这一周没有可计算延迟的事件，原因见模板页。',
  },
  indexCalls: {
    en: 'The delays are those of a simulated week with all recipes on ([all figures](../../README.md#measured)). All recipes together stay within {calls} calls per day; `npm start` simulates days with all of them on.',
    zh: '延迟为全部模板启用时模拟一周的结果（[全部数据](../../README.zh-CN.md#实测)）。全部启用也不超过每天 {calls} 次调用；`npm start` 会启用全部模板模拟运行。',
  },
  arrives: { en: 'What you get', zh: '效果' },
  fromSandbox: {
    en: 'From a run in the sandbox: the shop, the orders and the parcels are made up.',
    zh: '取自沙箱运行，店铺、订单和包裹均为虚构。',
  },
  moreLines: {
    en: '“+1” in the title: the order has one more line item.',
    zh: '标题中的“+1”表示该订单另有 1 个商品行。',
  },
  emptyCell: { en: '(empty)', zh: '（空）' },
  cardInFeishu: { en: 'The card in Feishu: {recipe}', zh: '飞书中的卡片：{recipe}' },
  arrivesRow: { en: 'A row of the sheet:', zh: '表格中的一行：' },
  arrivesTicket: { en: 'The ticket:', zh: '工单：' },
  cellValue: { en: 'example', zh: '示例' },
  trigger: { en: 'Trigger', zh: '触发器' },
  chooseAction: {
    en: `Choose the app **${APP}** and the event **{label}**.`,
    zh: `应用选 **${APP}**，事件选 **{label}**（{label_zh}）。`,
  },
  column: { en: 'column', zh: '列名' },
  choose: { en: 'Choose from the list. ', zh: '从列表中选择。' },
  empty: { en: 'leave empty', zh: '留空' },
  custom: { en: '{value}, after choosing “Custom”', zh: '先选 “Custom”，再选 {value}' },
  sheet: { en: 'A row in a sheet: {name}', zh: '记入表格：{name}' },
  chooseSheet: {
    en: 'Choose the app **Google Sheets** and the event **Create Spreadsheet Row** (Excel and Feishu Bitable work as well). First give the sheet these columns. Format order and product numbers as text: they have more digits than a spreadsheet keeps. Times are Beijing time; the fields without “(Beijing)” show the same times in UTC.',
    zh: '应用选 **Google Sheets**，事件选 **Create Spreadsheet Row**（Excel、飞书多维表格同理）。先在表格首行建好以下各列，并把订单号和商品 ID 列设为文本格式（位数超出表格的数字精度）。时间为北京时间；如需 UTC，请选不带 “(Beijing)” 的字段。',
  },
  ticket: { en: 'The ticket', zh: '创建工单' },
  chooseTicket: {
    en: 'Choose the app of your help desk and the event **Create Ticket** (in Feishu Bitable: create a record). The values come from the previous step.',
    zh: '应用选你的工单系统，事件选 **Create Ticket**（飞书多维表格为新增记录）。字段取自上一步。',
  },
  twins: {
    en: 'For Chinese, choose the fields with “(Chinese)” instead.',
    zh: '如需英文内容，请改选不带 “(Chinese)” 的字段。',
  },
  otherMessenger: {
    en: 'For a {messenger} group, choose **{label}** instead. The fields are the same. Webhook URL: {webhook} Signing Secret: {secret}',
    zh: '发到{messenger}群时，事件改选 **{label}**（{label_zh}），字段相同。Webhook 地址：{webhook}签名密钥：{secret}',
  },
  keyword: {
    en: 'If the bot has a keyword, the title or the text must contain it: type it before *{title}*.',
    zh: '机器人设有自定义关键词时，标题或正文须含该关键词：在 *{title}* 前输入即可。',
  },
  plan: {
    en: "Zapier: {steps} steps. Every step after the first uses one task per event. Zapier's free plan allows Zaps of two steps{paid}.",
    zh: 'Zapier：共 {steps} 步，除第一步外，每个事件每步消耗 1 个任务（task）。Zapier 免费版的流程只能有两步{paid}。',
  },
  paid: { en: ', so this one needs a paid plan', zh: '，本流程需要付费版' },
  testing: {
    en: 'Test each step, then turn the Zap on. It reports what happens from then on, not earlier events.',
    zh: '逐步测试后启用流程。只通知启用之后发生的事件，之前的不通知。',
  },
  freshness: { en: 'Freshness and cost', zh: '时效与消耗' },
  watch: { en: 'Good to know', zh: '注意' },
  make: { en: 'On Make', zh: '在 Make 上' },
  importBlueprint: {
    en: 'Import the blueprint `{file}` that the publisher of the app gives you ([how](../make.md#recipes)), and fill in the webhook of its first module with the values under 1. The [file in this repository]({path}) does not contain the ID of that app.',
    zh: '导入应用发布者提供的蓝图文件 `{file}`（[方法](../make.zh-CN.md#流程模板)），第一个模块的 Webhook 按上文第 1 步的表格填写。[本仓库中的文件]({path})没有发布者应用的编号。',
  },
  local: { en: 'On your own machine', zh: '在本机运行' },
} as const satisfies Record<string, Bilingual>;

const text = wordsOf(WORDS);

const nameOf = ({ key }: RecipeDeclaration): string => key.replaceAll('_', '-');

export const recipePages = (recipes: readonly RecipeDeclaration[]): Page[] =>
  (['en', 'zh'] as const).flatMap((language) => [
    { path: `${FOLDER}/${pageFile('README', language)}`, text: indexPage(recipes, language) },
    ...recipes.map((recipe) => ({
      path: `${FOLDER}/${pageFile(nameOf(recipe), language)}`,
      text: recipePage(recipe, language),
    })),
  ]);

function indexPage(recipes: readonly RecipeDeclaration[], language: Language): string {
  const rows = recipes.map((recipe) => [
    `[${recipe.title[language]}](${pageFile(nameOf(recipe), language)})`,
    recipe.purpose[language],
    meanDelay(week, recipe, language),
  ]);
  return generated('recipe', [
    `# ${text('index', language)}`,
    otherLanguage('README', language),
    text('indexIntro', language),
    table([text('recipe', language), text('result', language), text('delay', language)], rows),
    text('indexNone', language),
    text('indexCalls', language, { calls: String(DEFAULT_DAILY_LIMIT) }),
  ]);
}

/** A numbered part of a page. */
interface Section {
  heading: string;
  blocks: string[];
}

function recipePage(recipe: RecipeDeclaration, language: Language): string {
  const { title, purpose, steps, freshness, watch } = recipe;
  const sections = [
    triggerSection(recipe, language),
    ...steps.flatMap((step) => stepSections(step, recipe.trigger, language)),
    { heading: text('turnOn', language), blocks: [text('testing', language)] },
  ];
  return generated('recipe', [
    `# ${title[language]}`,
    otherLanguage(nameOf(recipe), language),
    purpose[language],
    `## ${text('arrives', language)}`,
    ...arrivesPart(recipe, language),
    ...sections.flatMap(({ heading, blocks }, n) => [`## ${n + 1}. ${heading}`, ...blocks]),
    `## ${text('freshness', language)}`,
    freshness[language],
    planPart(recipe, language),
    ...measured(week, recipe, language),
    `## ${text('watch', language)}`,
    watch.map((note) => `- ${note[language]}`).join('\n'),
    `## ${text('make', language)}`,
    makePart(recipe, language),
    `## ${text('local', language)}`,
    settingsOf(recipe, language),
  ]);
}

const deliveries = readDeliveries();
const week = readReport('week');

/** What the seller sees: the card as a picture, a row and a ticket as text, because sheets and help desks differ. */
function arrivesPart(recipe: RecipeDeclaration, language: Language): string[] {
  const { card, row, ticket } = deliveryOf(recipe.key, deliveries)[language];
  return [
    ...(card ? [cardPicture(recipe, language)] : []),
    ...(card && / \+\d+"/.test(JSON.stringify(card)) ? [text('moreLines', language)] : []),
    ...(row ? [text('arrivesRow', language), rowTable(recipe, row, language)] : []),
    ...(ticket ? [text('arrivesTicket', language), ticketTable(ticket, language)] : []),
    text('fromSandbox', language),
  ];
}

function cardPicture({ key, title }: RecipeDeclaration, language: Language): string {
  const source = posix.relative(FOLDER, picturePath(key, language));
  const alt = text('cardInFeishu', language, { recipe: title[language].replaceAll('>', '&gt;') });
  return `<img src="${source}" width="${CARD_WIDTH}" alt="${alt}">`;
}

function rowTable({ steps }: RecipeDeclaration, row: readonly string[], language: Language): string {
  const columns = steps.flatMap((step) => ('sheet' in step ? step.sheet.columns : []));
  return table(
    [text('column', language), text('cellValue', language)],
    columns.map(({ title }, n) => [title[language], row[n] ? cell(row[n]) : text('emptyCell', language)]),
  );
}

function ticketTable(ticket: NonNullable<Delivered['ticket']>, language: Language): string {
  return table(
    [text('field', language), text('cellValue', language)],
    TICKET_FIELDS.map(({ field, output }) => [field[language], cell([ticket[output]].flat().join(', '))]),
  );
}

function triggerSection(recipe: RecipeDeclaration, language: Language): Section {
  const { label, inputs } = recipe.trigger;
  const rows = Object.entries(inputs).map(
    ([key, input]) => [labelIn(input.label, language), triggerValue(recipe, key, input, language)] as const,
  );
  return {
    heading: text('trigger', language),
    blocks: [text('chooseTrigger', language, names(label)), fieldTable(rows, language)],
  };
}

function stepSections(step: RecipeStep, trigger: TriggerDeclaration, language: Language): Section[] {
  if ('sheet' in step) return [sheetSection(step, trigger, language)];
  const { label, inputs } = step.action;
  const rows = Object.entries(inputs).map(
    ([key, input]) =>
      [labelIn(input.label, language), actionValue(step, key, input, trigger, language)] as const,
  );
  const action = {
    heading: language === 'en' ? label.en : label.zh,
    blocks: [
      text('chooseAction', language, names(label)),
      fieldTable(rows, language),
      ...twins(Object.values(step.map), language),
      ...messengerNotes(step, trigger, language),
    ],
  };
  return step.output === 'ticket' ? [action, ticketSection(step, language)] : [action];
}

function sheetSection({ sheet }: SheetStep, trigger: TriggerDeclaration, language: Language): Section {
  const rows = sheet.columns.map(({ title, value }) => [title[language], inEditor(value, trigger, language)]);
  return {
    heading: text('sheet', language, { name: sheet.name[language] }),
    blocks: [
      text('chooseSheet', language),
      table([text('column', language), text('value', language)], rows),
      ...twins(
        sheet.columns.map(({ value }) => value),
        language,
      ),
    ],
  };
}

function ticketSection({ action }: ActionStep, language: Language): Section {
  const rows = TICKET_FIELDS.map(
    ({ field, output }) => [field[language], `*${action.outputs[output]?.label.en}*`] as const,
  );
  return {
    heading: text('ticket', language),
    blocks: [text('chooseTicket', language), fieldTable(rows, language)],
  };
}

const names = ({ en, zh }: Bilingual) => ({ label: en, label_zh: zh });

const twins = (templates: readonly string[], language: Language): string[] =>
  templates.some((template) => template.includes('_zh}')) ? [text('twins', language)] : [];

/** What a group's bot may demand, and which action sends the same message to another messenger. */
function messengerNotes(
  { action, map }: ActionStep,
  trigger: TriggerDeclaration,
  language: Language,
): string[] {
  const own = channelOf(action, channels);
  if (!own) return [];
  const others = channels
    .filter((channel) => channel !== own)
    .map((channel) => {
      const { label, inputs } = messageAction(channel) as ActionDeclaration<never>;
      return text('otherMessenger', language, {
        ...names(label),
        messenger: channel.name[language],
        webhook: inputs.webhook_url?.help?.[language] ?? '',
        secret: inputs.signing_code?.help?.[language] ?? '',
      });
    });
  const title = inEditor(map.title ?? '', trigger, language).replaceAll('*', '');
  return [text('keyword', language, { title }), ...others];
}

/** Trigger and actions; a ticket is prepared in one step and created in another. */
function planPart({ steps }: RecipeDeclaration, language: Language): string {
  const count = 1 + steps.length + steps.filter((step) => 'output' in step).length;
  return text('plan', language, { steps: String(count), paid: count > 2 ? text('paid', language) : '' });
}

const fieldTable = (rows: readonly (readonly [string, string])[], language: Language): string =>
  rows.length > 0
    ? table([text('field', language), text('value', language)], rows)
    : text('noInputs', language);

function actionValue(
  { map }: ActionStep,
  key: string,
  input: Input,
  trigger: TriggerDeclaration,
  language: Language,
): string {
  const template = map[key];
  if (template === undefined) return unfilled(key, input, language);
  const value = inEditor(template, trigger, language);
  return input.type === 'choice' && template.includes('{') ? text('custom', language, { value }) : value;
}

function triggerValue({ inputs }: RecipeDeclaration, key: string, input: Input, language: Language): string {
  const given = inputs[key];
  if (given === undefined) return unfilled(key, input, language);
  if (!('choices' in input)) return offeredIn(input, String(given), language);
  const chosen = Array.isArray(given) ? given : [given];
  return chosen.map((value) => choiceIn(input, String(value), language)).join(', ');
}

/** A field that the recipe says nothing about. */
function unfilled(key: string, input: Input, language: Language): string {
  if (input.required || input.type === 'secret') return hint(key, input, language);
  if ('default' in input && input.default !== undefined)
    return input.type === 'choice'
      ? choiceIn(input, input.default, language)
      : offeredIn(input, String(input.default), language);
  return WORDS.empty[language];
}

/** What the seller enters: the help text that the editor shows. */
function hint(key: string, input: Input, language: Language): string {
  const { help } = input;
  if (!help) throw new Error(`the input ${key} has no help text, and no recipe fills it in`);
  return 'dropdown' in input && input.dropdown ? text('choose', language) + help[language] : help[language];
}

function choiceIn(
  { choices }: { choices: Record<string, Bilingual> },
  value: string,
  language: Language,
): string {
  const label = choices[value];
  if (!label) throw new Error(`no choice ${value}`);
  return labelIn(label, language);
}

/** A value as the dropdown shows it: "3 stars". */
const offeredIn = (input: Input, value: string, language: Language): string =>
  'options' in input && input.options?.[value]
    ? choiceIn({ choices: input.options }, value, language)
    : value;

/** A template as the editor shows it: words as they are, fields by their labels, in the language of the page. */
const inEditor = (template: string, trigger: TriggerDeclaration, language: Language): string =>
  template.includes('{')
    ? template.replace(
        /\{(\w+?)(_zh)?\}/g,
        (_, name: string, zh = '') => `*${labelOf(language === 'zh' ? name + zh : name, trigger)}*`,
      )
    : `\`${template}\``;

function labelOf(name: string, trigger: TriggerDeclaration): string {
  const fields = withLocalFields(recordOfEvents(trigger).fields);
  const own = Object.entries({ ...EVENT_FIELDS, ...fields }).find(([key]) => key === name);
  if (!own) throw new Error(`no field ${name}`);
  return own[1].label.en;
}

function makePart({ key }: RecipeDeclaration, language: Language): string {
  const path = blueprintPath(key);
  return text('importBlueprint', language, { file: posix.basename(path), path: `../../make/${path}` });
}

/** What must be set for it in .env, and where it puts things. */
function settingsOf(recipe: RecipeDeclaration, language: Language): string {
  const { trigger, steps } = recipe;
  const isTicket = (step: RecipeStep) => 'output' in step && step.output === 'ticket';
  const isSheet = (step: RecipeStep): step is SheetStep => 'sheet' in step;
  const settings = [
    ...steps.flatMap((step) => {
      const own = 'action' in step ? channelOf(step.action, channels) : undefined;
      if (!own) return [];
      const others = channels.filter((channel) => channel !== own);
      return [
        [own, ...others]
          .map((channel) => `\`${channelSettings(channel).url}\``)
          .join(language === 'en' ? ' or ' : ' 或 '),
      ];
    }),
    ...(steps.some(isTicket) ? ['`TICKET_WEBHOOK_URL`'] : []),
    ...openInputs(recipe).map((key) => `\`${`${trigger.key}_${key}`.toUpperCase()}\``),
  ];
  const files = [
    ...(steps.some(isSheet)
      ? [
          {
            en: `The sheet is an Excel file for each month, \`.local/hub/sheets/…/${recipe.key}-2026-11.xlsx\`.`,
            zh: `表格为每月一个的 Excel 文件，例如 \`.local/hub/sheets/…/${recipe.key}-2026-11.xlsx\`。`,
          },
        ]
      : []),
    ...(steps.some(isTicket)
      ? [
          {
            en: 'Without `TICKET_WEBHOOK_URL` tickets are files in `.local/hub/tickets`.',
            zh: '未设置 `TICKET_WEBHOOK_URL` 时，工单存为 `.local/hub/tickets` 中的文件。',
          },
        ]
      : []),
  ];
  const begin =
    settings.length > 0
      ? {
          en: `Run \`npm run hub\`, open its page, fill in the recipe, and switch it on. What you set in \`.env\` before is filled in already: ${settings.join(', ')}.`,
          zh: `运行 \`npm run hub\`，在页面上填写并启用。事先在 \`.env\` 中设置的内容会自动填入：${settings.join('、')}。`,
        }
      : {
          en: 'Run `npm run hub`, open its page, and switch the recipe on.',
          zh: '运行 `npm run hub`，在页面上启用。',
        };
  return [begin[language], ...files.map((words) => words[language])].join(language === 'en' ? ' ' : '');
}
