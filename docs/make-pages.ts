/** The seller's page about Make, in both languages: how a scenario is set up, and what each costs of the day's calls. */

import { operations } from '../index.ts';
import { APP_ID } from '../lib/hosts/make/blueprints/blueprint.ts';
import { type Scenario, toScenarios } from '../lib/hosts/make/blueprints/index.ts';
import { ASKED, mostCalls } from '../lib/hosts/make/blueprints/stalled-parcels.ts';
import { costOf, type RunCost } from '../lib/hosts/make/cost.ts';
import type { Json } from '../lib/hosts/make/json.ts';
import { notOnMake, partlyOnMake, toModules } from '../lib/hosts/make/modules/index.ts';
import { makeName } from '../lib/hosts/make/names.ts';
import type { Bilingual } from '../lib/problems.ts';
import { recipes } from '../recipes/index.ts';
import { table } from './markdown.ts';
import type { Page } from './pages.ts';

type Language = keyof Bilingual;

const MINUTES_A_DAY = 1440;
const DAILY_CALLS = 200;

/** How often each scenario is best run, in minutes: so that all together leave some of the calls to searches. */
const SCHEDULE: Readonly<Record<string, number>> = {
  new_order_to_feishu: 30,
  paid_order_to_sheet: 120,
  ship_deadline_to_feishu: 480,
  cancelled_order_to_sheet: 180,
  bad_review_to_ticket: 720,
  customs_stall_to_feishu: 1440,
  silent_parcel_to_ticket: 1440,
  dispute_to_ticket_and_feishu: 180,
  dispute_deadline_to_feishu: 360,
  product_taken_down_to_feishu: 360,
  low_stock_to_purchasing: 480,
  daily_digest_to_feishu: 60,
  stalled_parcels: 1440,
};

/**
 * Calls of a run that asks, where they are more than the least: in a shop of 50 orders a day, with 150 orders to ship,
 * two open disputes and one product that is watched.
 */
const IN_A_SHOP_OF_50: Readonly<Record<string, number>> = {
  ship_deadline_to_feishu: 3,
  bad_review_to_ticket: 2,
  dispute_deadline_to_feishu: 3,
  daily_digest_to_feishu: 6,
  stalled_parcels: mostCalls(ASKED),
};
/** Of the two about parcels, `stalled_parcels` is both. */
const COUNTED_ONCE = ['customs_stall_to_feishu', 'silent_parcel_to_ticket'];

const scenarios = toScenarios(operations, recipes, APP_ID);
const modules = toModules(operations);
const labels = new Map(
  [...operations.triggers, ...operations.searches, ...operations.actions].map(({ key, label }) => [
    key,
    label,
  ]),
);

const runsOf = ({ key }: Scenario): number => MINUTES_A_DAY / (SCHEDULE[key] ?? MINUTES_A_DAY);

/** What a run of a scenario costs that asks for something, and how many of those a day has at its schedule. */
function costOfRun(scenario: Scenario): RunCost & { times: number } {
  const { key, mostCalls: most } = scenario;
  if (most !== undefined) return { least: 1, most, times: runsOf(scenario) };
  const trigger = recipes.find((recipe) => recipe.key === key)?.trigger.key;
  const module = modules.find((each) => each.key === trigger);
  if (!module) throw new Error(`${key} begins with no module`);
  return { ...costOf(module), times: module.asksOnceADay ? 1 : runsOf(scenario) };
}

function costOfDay(scenario: Scenario): RunCost {
  const { least, most, times } = costOfRun(scenario);
  return { least: least * times, most: most * times };
}

const STALLED_TITLE: Bilingual = { en: 'Stalled parcels → Feishu', zh: '停滞包裹 → 飞书' };

const FOREIGN: Readonly<Record<string, Bilingual>> = {
  spreadsheetId: { en: 'Spreadsheet ID', zh: 'Spreadsheet ID（表格）' },
  url: { en: 'URL of your ticket system', zh: 'URL（工单系统地址）' },
};
const ACCOUNTS: Readonly<Record<string, Bilingual>> = {
  'google-sheets:addRow': { en: 'Google account', zh: 'Google 账号' },
};
const SHOP: Bilingual = { en: 'shop', zh: '店铺连接' };

function labelIn(parameters: readonly Json[], name: string): string | undefined {
  for (const each of parameters) {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) continue;
    if (each.name === name && typeof each.label === 'string') return each.label;
  }
  return undefined;
}

/** What is filled in after the import, each with the number of its module. */
function toFillIn({ open }: Scenario, language: Language): string {
  return open
    .map(({ id, module: name, key }) => {
      const own = modules.find((each) => name.endsWith(`:${makeName(each.key)}`));
      const label =
        key === '__IMTCONN__'
          ? (ACCOUNTS[name] ?? SHOP)[language]
          : ((own && labelIn([...own.staticParams, ...own.mappableParams], key)) ??
            FOREIGN[key]?.[language] ??
            key);
      return `${label} (${id})`;
    })
    .join(language === 'en' ? ', ' : '、');
}

function every(minutes: number, language: Language): string {
  if (minutes >= MINUTES_A_DAY) return { en: 'once a day', zh: '每天一次' }[language];
  if (minutes < 60) return { en: `${minutes} min`, zh: `${minutes} 分钟` }[language];
  return { en: `${minutes / 60} h`, zh: `${minutes / 60} 小时` }[language];
}

const span = ({ least, most }: RunCost): string => (least === most ? String(least) : `${least}–${most}`);

function scenarioTable(language: Language): string {
  const rows = scenarios.map((scenario) => {
    const recipe = recipes.find(({ key }) => key === scenario.key);
    const page = `recipes/${scenario.key.replaceAll('_', '-')}${language === 'zh' ? '.zh-CN' : ''}.md`;
    return [
      recipe ? `[${recipe.title[language]}](${page})` : STALLED_TITLE[language],
      `[${scenario.file.split('/').at(-1)}](../make/${scenario.file})`,
      toFillIn(scenario, language),
      every(SCHEDULE[scenario.key] ?? MINUTES_A_DAY, language),
      span(costOfDay(scenario)),
    ];
  });
  const head = {
    en: ['scenario', 'file', 'to fill in (module)', 'run every', 'calls a day'],
    zh: ['场景', '文件', '需填写（模块序号）', '建议运行间隔', '每天调用次数'],
  };
  return table(head[language], rows);
}

const counted = scenarios.filter(({ key }) => !COUNTED_ONCE.includes(key));
/** A day of such a shop with all scenarios on. */
const together = counted.reduce((sum, scenario) => {
  const { least, times } = costOfRun(scenario);
  return sum + (IN_A_SHOP_OF_50[scenario.key] ?? least) * times;
}, 0);
/** Make charges for each run. */
const runsAMonth =
  Math.round((counted.reduce((sum, scenario) => sum + runsOf(scenario), 0) * 30) / 100) * 100;

function costTable(language: Language): string {
  const head = {
    en: ['module', 'calls a run', 'a run looks at'],
    zh: ['模块', '每次运行的调用', '每次运行查询的内容'],
  };
  const onceADay = { en: ', once a day', zh: '，每天一次' };
  return table(
    head[language],
    modules
      .map((module) => ({ module, cost: costOf(module) }))
      .filter(({ cost }) => cost.most > 0)
      .map(({ module, cost }) => [
        module.label,
        span(cost) + (module.asksOnceADay ? onceADay[language] : ''),
        module.looksAt?.[language] ?? '–',
      ]),
  );
}

const lessTable = (language: Language): string =>
  table(
    { en: ['operation', 'because'], zh: ['功能', '原因'] }[language],
    [...notOnMake, ...partlyOnMake].map(({ key, because }) => [labels.get(key) ?? key, because[language]]),
  );

const english = (): string[] => [
  '# AliExpress Seller on Make, for sellers',
  '[中文](make.zh-CN.md) · [For the publisher](make-publishing.md)',
  'Everything is read-only: nothing in your shop is changed. AliExpress allows a shop 200 calls a day. All scenarios of your shop share them, and so do your Zaps, if your publisher has given both one counter. No scenario can overrun them.',
  '## 1. Get the app',
  'Your publisher sends you an invitation link, and the files of the scenarios. Open the link, log in to Make, choose your organization, **Install**.',
  '## 2. Set up a scenario',
  [
    '1. Choose a scenario in the table below, and take its file from those that your publisher sent. (The files linked in the table show what is inside. They cannot be imported as they are: the name of your publisher’s app is missing in them.)',
    '2. In Make: **Scenarios → Create a new scenario → ⋯ (More) → Import blueprint**, choose the file, **Save**.',
    '3. Click the first module. Beside **Connection**: **Add** (or **Create a connection**), then **Save**. AliExpress opens; log in as the owner of the shop and allow the access. The connection shows the number of your shop. The next scenarios choose the same connection.',
    '4. Fill in what the table says, module by module; the number in brackets counts from the left. **Save** in each module, then save the scenario (disk symbol, or Ctrl+S).',
    '5. If the scenario begins with a *Watch …* module: right-click it, **Choose where to start → From now on**. What is there already is then not announced.',
    '6. **Run once**. Where nothing is new, it says so; that is right. This uses the calls of a run.',
    '7. Click the clock at the lower left. **Run scenario: At regular intervals**, **Minutes**: what the table says (2 h = 120, 3 h = 180, 6 h = 360, 8 h = 480, 12 h = 720). Once a day: **Every day**, and a time. Then switch the scenario on.',
  ].join('\n'),
  scenarioTable('en'),
  `The interval matters: every run asks AliExpress. The first figure of the last column is a day with little to look at, the second the most that can happen. With all scenarios on as in the table, and the last one in the place of the two about parcels, a shop of 50 orders a day, with 150 orders to ship, two open disputes and one product watched, needs about ${together} of the ${DAILY_CALLS} calls; each further product takes 3.`,
  `Make itself charges credits: one for each run, also where nothing is new, and one for each further module and item. All of these scenarios take about ${runsAMonth} a month for the runs alone.`,
  [
    '- **Feishu.** *Bot Address*: in the group **Settings → Bots → Add Bot → Custom Bot**, copy the webhook address. If “Signature verification” is on, copy its code into *Signing Code*.',
    '- **Sheets.** The tab’s name is Chinese, as the module *Google Sheets* shows it under *Sheet Name*. The first row: the columns of the recipe, in that order (the link in the first column, part “A row in a sheet”). *Spreadsheet ID* is the part of the address between `/d/` and `/edit`. Another app with tables may stand in that place.',
    '- **Tickets.** The module *HTTP* posts the ticket to an address as a form. If Make knows your help desk, put its *Create a Ticket* in that place and map the same fields: *Subject*, *Body*, *Priority*, *Tags*, *External ID*. No help desk? Put *Send Feishu Card* there.',
    `- **Parcels.** These scenarios run once a day. A run looks at the ${ASKED.orders} newest orders that were placed two weeks ago and are still on their way; of more, the rest is never looked at. A higher *Limit* in the first module takes two calls for each further order. A parcel that stops and goes on before, or stops after, is not noticed; a day without a run leaves out its orders. To look again later, copy the scenario and change *Days* and *At Least Days Ago* in the first module.`,
    '- **English messages.** The cards are in Chinese. For English ones map *Title* and *Text* in the place of *Title (Chinese)* and *Text (Chinese)*.',
  ].join('\n'),
  '## 3. What each module costs',
  'In Make every run asks by itself. A day has 96 runs at 15 minutes, 48 at 30, 24 at an hour. Multiply by the calls of a run, add up all scenarios of the shop, and stay below 180: up to 20 of the calls are kept for searches, and *Watch …* modules stop that much earlier.',
  costTable('en'),
  '*Find Call Budget* says how many calls of the day are used. *Watch Account Alerts* tells you at 80 % and at 100 %; a scenario of it and *Send Feishu Card*, every hour, takes no calls.',
  'Several scenarios that begin with the same *Watch …* module for orders each ask by themselves. One scenario with a router after the module asks once for all.',
  '## 4. Less than on Zapier',
  lessTable('en'),
  '## 5. When something goes wrong',
  'Every message is in English and Chinese and says what to do; [all of them](errors.md), with what Make calls them.',
  table(
    ['Make shows', 'what it means', 'what to do'],
    [
      [
        '`RateLimitError`, “calls are used up”',
        'The calls of the day are spent. Make tries again by itself; new calls come at 00:00 Beijing time.',
        'Choose longer intervals.',
      ],
      [
        '`RateLimitError`, “paused this account”',
        'AliExpress pauses the account, mostly for 15 minutes.',
        'Nothing; it goes on by itself.',
      ],
      ['`RateLimitError`, “Feishu is busy”', 'Too many messages at once.', 'Nothing; Make tries again.'],
      [
        '`ConnectionError`',
        'AliExpress, Feishu or the counter does not answer. No call is made without the counter.',
        'Nothing; Make tries again. After eight failures, about 40 hours, it switches the scenario off: switch it on again, and tell your publisher.',
      ],
      [
        '`InvalidAccessTokenError`',
        'The connection has ended. Make switches the scenario off.',
        'In **Connections**, choose the shop, **Reauthorize**, and switch the scenario on again.',
      ],
      [
        '`InvalidConfigurationError`',
        'Something is set wrongly, and the message names it. Make switches the scenario off.',
        'Correct it, or send the message to your publisher.',
      ],
      [
        '`DataError`',
        'A value that was filled in or mapped is not usable; the message names it. After three in a row Make switches the scenario off.',
        'Correct it.',
      ],
      [
        '`RuntimeError`',
        'Feishu’s answer was lost, or AliExpress answers otherwise than agreed; the message says which.',
        'The first: look into the group before you run it again. The second: tell your publisher.',
      ],
    ],
  ),
];

const chinese = (): string[] => [
  '# 在 Make 上使用 AliExpress Seller（卖家）',
  '[English](make.md) · [发布者说明](make-publishing.zh-CN.md)',
  '只读：不会改动店铺里的任何内容。速卖通每个店铺每天允许 200 次接口调用，你在 Make 上的所有场景共用这 200 次（发布者让两边共用计数时，也包括 Zapier 上的流程），任何场景都不会超出。Make 界面没有中文，以下按英文界面书写。',
  '## 1. 安装应用',
  '发布者会发给你邀请链接和各场景的文件。打开链接，登录 Make，选择你的组织，点击 **Install**。',
  '## 2. 搭建场景',
  [
    '1. 在下表中选择一个场景，使用发布者发来的对应文件。（表中链接的文件仅供查看，里面没有发布者的应用名称，不能直接导入。）',
    '2. 在 Make 中：**Scenarios → Create a new scenario → ⋯ (More) → Import blueprint**，选择文件，点 **Save**。',
    '3. 点击第一个模块，在 **Connection** 旁点 **Add**（或 **Create a connection**），再点 **Save**。页面会转到速卖通，请用店铺主账号登录并授权。连接上会显示店铺编号；之后的场景选同一个连接即可。',
    '4. 按下表逐个模块填写，括号里是从左数的模块序号。每个模块填完点 **Save**，最后保存场景（磁盘图标或 Ctrl+S）。',
    '5. 如果第一个模块是 *Watch …*：右键点击它，选 **Choose where to start → From now on**，这样已有的内容不会通知。',
    '6. 点 **Run once**。没有新内容时会直接结束，这是正常的。这一步会消耗一次运行的调用。',
    '7. 点左下角的时钟图标，**Run scenario** 选 **At regular intervals**，**Minutes** 按下表填分钟数（2 小时 = 120，3 小时 = 180，6 小时 = 360，8 小时 = 480，12 小时 = 720）；每天一次选 **Every day** 并填时间。最后打开场景开关。',
  ].join('\n'),
  scenarioTable('zh'),
  `请注意运行间隔：每次运行都会调用速卖通接口。最后一列前一个数字是内容较少的一天，后一个数字是上限。按表启用全部场景（两个物流场景改用最后一行的场景，关注 1 个商品），每天 50 单、150 单待发货、2 个处理中纠纷的店铺约需 ${together} 次，低于 ${DAILY_CALLS} 次；每多关注 1 个商品再加 3 次。`,
  `Make 另按 credits 计费：每次运行至少 1 个（没有新内容也算），之后每个模块每条数据 1 个。按表启用全部场景，仅运行每月约 ${runsAMonth} 个。`,
  [
    '- **飞书。** *Bot Address*：飞书群 **设置 → 群机器人 → 添加机器人 → 自定义机器人**，复制 webhook 地址。若开启了“签名校验”，把密钥填入 *Signing Code*。',
    '- **表格。** 工作表名称与 *Google Sheets* 模块的 *Sheet Name* 一致；首行按流程页（第一列的链接）“记入表格”一节的列名和顺序填写。*Spreadsheet ID* 是表格网址中 `/d/` 与 `/edit` 之间的部分。无法使用 Google 时，可换成其他表格应用。',
    '- **工单。** *HTTP* 模块以表单方式把工单发到一个地址。如果 Make 支持你的工单系统，请换成它的 *Create a Ticket*，并映射相同字段：*Subject*、*Body*、*Priority*、*Tags*、*External ID*。没有工单系统时，可把 *HTTP* 换成 *Send Feishu Card*。',
    `- **物流。** 这类场景每天运行一次，每次只查两周前下单、仍在途的最新 ${ASKED.orders} 个订单，超出的不会再查；可调高第一个模块的 *Limit*，每多一个订单多用 2 次调用。此前停滞后又恢复的、或之后才停滞的包裹不会发现；漏跑一天，当天的订单就不再查询。如需再查一次，请复制场景并修改第一个模块的 *Days* 和 *At Least Days Ago*。`,
    '- **英文消息。** 卡片默认为中文。如需英文，请把 *Title (Chinese)*、*Text (Chinese)* 换成 *Title*、*Text*。',
  ].join('\n'),
  '## 3. 各模块的消耗',
  '在 Make 上每次运行单独计算。间隔 15 分钟每天运行 96 次，30 分钟 48 次，1 小时 24 次。用运行次数乘以每次调用数，把店铺的所有场景相加，保持在 180 次以内：其中最多 20 次留给查询，*Watch …* 模块会提前停止。',
  costTable('zh'),
  '*Find Call Budget*（调用额度）可查看当天已用的调用次数。*Watch Account Alerts*（账号提醒）会在用到 80% 和 100% 时提醒；用它和 *Send Feishu Card* 搭一个每小时运行的场景，不消耗调用。',
  '多个场景使用同一个订单 *Watch …* 模块时各自查询。用一个场景加路由（Router）分给多个后续步骤，只查询一次。',
  '## 4. 比 Zapier 少的部分',
  lessTable('zh'),
  '## 5. 出错时怎么办',
  '每条消息都有中英文，并说明怎么办；全部消息及其在 Make 上的类型见 [errors.md](errors.md)。',
  table(
    ['Make 显示', '含义', '怎么办'],
    [
      [
        '`RateLimitError`，“已用完”',
        '当天的调用已用完。Make 会自动重试；北京时间 00:00 起有新的次数。',
        '把运行间隔调长。',
      ],
      [
        '`RateLimitError`，“暂停了该账号”',
        '速卖通暂停该账号的调用，一般 15 分钟。',
        '无需操作，会自动恢复。',
      ],
      ['`RateLimitError`，“飞书暂时繁忙”', '短时间内消息过多。', '无需操作，Make 会重试。'],
      [
        '`ConnectionError`',
        '速卖通、飞书或计数服务没有响应。计数服务不可用时不会发起调用。',
        '无需操作，Make 会重试。连续失败八次（约 40 小时）后 Make 会停用场景：请重新启用，并告知发布者。',
      ],
      [
        '`InvalidAccessTokenError`',
        '授权已失效，Make 会停用场景。',
        '在 **Connections** 中选择店铺，点 **Reauthorize**，再启用场景。',
      ],
      [
        '`InvalidConfigurationError`',
        '某项设置有误，消息里会指出。Make 会停用场景。',
        '改正，或把消息发给发布者。',
      ],
      ['`DataError`', '填写或映射的某个值不可用，消息里会指出。连续三次后 Make 会停用场景。', '改正该值。'],
      [
        '`RuntimeError`',
        '飞书的回应丢失，或速卖通返回的内容与约定不符，消息里会说明。',
        '前者先到群里确认再重跑；后者请告知发布者。',
      ],
    ],
  ),
];

const page = (blocks: readonly string[]): string =>
  `<!-- Written by \`npm run docs\`; change docs/make-pages.ts, not this page. -->\n\n${blocks.join('\n\n')}\n`;

export const makePages = (): Page[] => [
  { path: 'docs/make.md', text: page(english()) },
  { path: 'docs/make.zh-CN.md', text: page(chinese()) },
];
