/** The seller's page about Make, in both languages: how a scenario is set up, and what each costs of the day's calls. */

import { operations } from '../index.ts';
import { APP_ID } from '../lib/hosts/make/blueprints/blueprint.ts';
import { type Scenario, toScenarios } from '../lib/hosts/make/blueprints/index.ts';
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

/**
 * How often each scenario is best run, in minutes. All of them together leave some of the calls to searches in a shop of
 * 50 orders a day; the two about parcels are counted once, as `stalled_parcels`.
 */
const SCHEDULE: Readonly<Record<string, number>> = {
  new_order_to_feishu: 30,
  paid_order_to_sheet: 60,
  ship_deadline_to_feishu: 360,
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

const scenarios = toScenarios(operations, recipes, APP_ID);
const modules = toModules(operations);
const labels = new Map(
  [...operations.triggers, ...operations.searches, ...operations.actions].map(({ key, label }) => [
    key,
    label,
  ]),
);

/** What one day of a scenario costs at its schedule. */
function costOfDay({ key, mostCalls }: Scenario): RunCost {
  const runs = MINUTES_A_DAY / (SCHEDULE[key] ?? MINUTES_A_DAY);
  if (mostCalls !== undefined) return { least: runs, most: runs * mostCalls };
  const trigger = recipes.find((recipe) => recipe.key === key)?.trigger.key;
  const module = modules.find((each) => each.key === trigger);
  if (!module) throw new Error(`${key} begins with no module`);
  const { least, most } = costOf(module);
  const times = module.asksOnceADay ? 1 : runs;
  return { least: least * times, most: most * times };
}

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
    const title = recipes.find(({ key }) => key === scenario.key)?.title[language] ?? scenario.blueprint.name;
    const file = scenario.file.split('/').at(-1);
    return [
      `[${title}](../make/${scenario.file})`,
      `\`${file}\``,
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

/** The least that a day with all scenarios costs, with the parcels looked at once. */
const together = scenarios
  .filter(({ key }) => key !== 'customs_stall_to_feishu' && key !== 'silent_parcel_to_ticket')
  .reduce((sum, scenario) => sum + (scenario.mostCalls ?? costOfDay(scenario).least), 0);

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
  'Your publisher sends you an invitation link. Open it, log in to Make, choose your organization, **Install**.',
  '## 2. Set up a scenario',
  [
    '1. Choose a scenario in the table below and download its file (open it, then **Download raw file**), or ask your publisher for it: the file must carry the name that your app has in Make.',
    '2. In Make: **Scenarios → Create a new scenario → ⋯ (More) → Import blueprint**, choose the file, **Save**.',
    '3. Click the first module. Beside **Connection**: **Add** (or **Create a connection**), then **Save**. AliExpress opens; log in as the owner of the shop and allow the access. The connection shows the number of your shop. The next scenarios choose the same connection.',
    '4. Fill in what the table says, module by module; the number in brackets counts from the left.',
    '5. If the scenario begins with a *Watch …* module: right-click it, **Choose where to start → From now on**. What is there already is then not announced.',
    '6. **Run once**. Where nothing is new, it says so; that is right.',
    '7. Set the interval at the lower left (**Every 15 minutes** at first) to what the table says, and switch the scenario on.',
  ].join('\n'),
  scenarioTable('en'),
  `The interval matters: every run asks AliExpress. The first figure of the last column is a day with little to look at, the second the most that can happen. With all scenarios on as in the table, and \`stalled-parcels\` in the place of the two about parcels, a shop of 50 orders a day needs about ${together} of the ${DAILY_CALLS} calls.`,
  [
    '- **Feishu.** *Bot Address*: in the group **Settings → Bots → Add Bot → Custom Bot**, copy the webhook address. If “Signature verification” is on, copy its code into *Signing Code*.',
    '- **Sheets.** Give the sheet a tab with the name that the module shows, and a first row with the column titles of the [recipe](recipes/README.md). *Spreadsheet ID* is the part of its address between `/d/` and `/edit`.',
    '- **Tickets.** The module *HTTP* posts the ticket to an address as a form. If Make knows your help desk, put its *Create a Ticket* in that place and map the same fields: *Subject*, *Body*, *Priority*, *Tags*, *External ID*.',
    '- **Parcels.** These scenarios run once a day. Each parcel is looked at once, two weeks after its order; 30 orders a run at most. To look again later, copy the scenario and change *Days* and *At Least Days Ago* in the first module.',
    '- **English messages.** The cards are in Chinese. For English ones map *Title* and *Text* in the place of *Title (Chinese)* and *Text (Chinese)*.',
  ].join('\n'),
  '## 3. What each module costs',
  'In Make every run asks by itself. A day has 96 runs at 15 minutes, 48 at 30, 24 at an hour. Multiply by the calls of a run, add up all scenarios of the shop, and stay below 180, so that some calls are left for searches.',
  costTable('en'),
  '*Find Call Budget* says how many calls of the day are used, and costs none. *Watch Account Alerts* tells you at 80 % and at 100 %.',
  'A filter inside a *Watch …* module (minimum amount, products) that lets little through makes its runs look further back, which costs more calls. A filter of Make’s, on the line after the module, costs none.',
  '## 4. Less than on Zapier',
  lessTable('en'),
  '## 5. When something goes wrong',
  table(
    ['Make shows', 'what it means', 'what to do'],
    [
      [
        '`RateLimitError`, “calls are used up”',
        'The 200 calls are spent. Make tries again by itself; new calls come at 00:00 Beijing time.',
        'Choose longer intervals.',
      ],
      [
        '`RateLimitError`, “paused this account”',
        'AliExpress pauses the account, mostly for 15 minutes.',
        'Nothing; it goes on by itself.',
      ],
      [
        '`ConnectionError`',
        'AliExpress, Feishu or the counter does not answer. No call is made without the counter.',
        'Nothing; Make tries again. If it lasts for hours, tell your publisher.',
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
        'A value that was filled in or mapped is not usable; the message names it.',
        'Correct it.',
      ],
    ],
  ),
];

const chinese = (): string[] => [
  '# 在 Make 上使用 AliExpress Seller（卖家）',
  '[English](make.md) · [发布者说明](make-publishing.zh-CN.md)',
  '只读：不会改动店铺里的任何内容。速卖通每个店铺每天允许 200 次接口调用，你在 Make 上的所有场景共用这 200 次（发布者让两边共用计数时，也包括 Zapier 上的流程），任何场景都不会超出。',
  '## 1. 安装应用',
  '发布者会发给你一个邀请链接。打开链接，登录 Make，选择你的组织，点击 **Install**。',
  '## 2. 搭建场景',
  [
    '1. 在下表中选择一个场景并下载文件（打开后点 **Download raw file**），或向发布者索取：文件里必须是你的应用在 Make 中的名称。',
    '2. 在 Make 中：**Scenarios → Create a new scenario → ⋯ (More) → Import blueprint**，选择文件，点 **Save**。',
    '3. 点击第一个模块，在 **Connection** 旁点 **Add**（或 **Create a connection**），再点 **Save**。页面会转到速卖通，请用店铺主账号登录并授权。连接上会显示店铺编号；之后的场景选同一个连接即可。',
    '4. 按下表逐个模块填写，括号里是从左数的模块序号。',
    '5. 如果第一个模块是 *Watch …*：右键点击它，选 **Choose where to start → From now on**，这样已有的内容不会通知。',
    '6. 点 **Run once**。没有新内容时会直接结束，这是正常的。',
    '7. 在左下角把运行间隔（默认 **Every 15 minutes**）改成下表建议的间隔，然后启用场景。',
  ].join('\n'),
  scenarioTable('zh'),
  `请注意运行间隔：每次运行都会调用速卖通接口。最后一列前一个数字是内容较少的一天，后一个数字是上限。按表中间隔启用全部场景（两个物流场景合并为 \`stalled-parcels\`），每天 50 单的店铺约需 ${together} 次，低于 ${DAILY_CALLS} 次。`,
  [
    '- **飞书。** *Bot Address*：飞书群 **设置 → 群机器人 → 添加机器人 → 自定义机器人**，复制 webhook 地址。若开启了“签名校验”，把密钥填入 *Signing Code*。',
    '- **表格。** 表格里要有与模块中名称相同的工作表，首行按[流程](recipes/README.md)写好列名。*Spreadsheet ID* 是表格网址中 `/d/` 与 `/edit` 之间的部分。',
    '- **工单。** *HTTP* 模块以表单方式把工单发到一个地址。如果 Make 支持你的工单系统，请换成它的 *Create a Ticket*，并映射相同字段：*Subject*、*Body*、*Priority*、*Tags*、*External ID*。',
    '- **物流。** 这类场景每天运行一次：每个包裹在下单两周后查询一次，每次最多 30 个订单。如需再查一次，请复制场景并修改第一个模块的 *Days* 和 *At Least Days Ago*。',
    '- **英文消息。** 卡片默认为中文。如需英文，请把 *Title (Chinese)*、*Text (Chinese)* 换成 *Title*、*Text*。',
  ].join('\n'),
  '## 3. 各模块的消耗',
  '在 Make 上每次运行单独计算。间隔 15 分钟每天运行 96 次，30 分钟 48 次，1 小时 24 次。用运行次数乘以每次调用数，把店铺的所有场景相加，保持在 180 次以内，给查询留出余量。',
  costTable('zh'),
  '*Find Call Budget* 可查看当天已用的调用次数，不消耗调用。*Watch Account Alerts* 会在用到 80% 和 100% 时提醒。',
  '在 *Watch …* 模块里设置过滤（最低金额、商品）且符合的很少时，每次会往前查更久，消耗更多调用。改用模块之后连线上的 Make 过滤器则不消耗调用。',
  '## 4. 比 Zapier 少的部分',
  lessTable('zh'),
  '## 5. 出错时怎么办',
  table(
    ['Make 显示', '含义', '怎么办'],
    [
      [
        '`RateLimitError`，“已用完”',
        '当天 200 次已用完。Make 会自动重试；北京时间 00:00 起有新的次数。',
        '把运行间隔调长。',
      ],
      [
        '`RateLimitError`，“暂停了该账号”',
        '速卖通暂停该账号的调用，一般 15 分钟。',
        '无需操作，会自动恢复。',
      ],
      [
        '`ConnectionError`',
        '速卖通、飞书或计数服务没有响应。计数服务不可用时不会发起调用。',
        '无需操作，Make 会重试。若持续数小时，请联系发布者。',
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
      ['`DataError`', '填写或映射的某个值不可用，消息里会指出。', '改正该值。'],
    ],
  ),
];

const page = (blocks: readonly string[]): string =>
  `<!-- Written by \`npm run docs\`; change docs/make-pages.ts, not this page. -->\n\n${blocks.join('\n\n')}\n`;

export const makePages = (): Page[] => [
  { path: 'docs/make.md', text: page(english()) },
  { path: 'docs/make.zh-CN.md', text: page(chinese()) },
];
