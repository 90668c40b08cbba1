/** The declarations → docs/behavior.md and docs/behavior.zh-CN.md: what each operation reads, costs and shows. */

import type { ListMethod, Method } from '../../lib/aliexpress/method.ts';
import { merchantProfile } from '../../lib/aliexpress/methods/merchant-profile.ts';
import { readCatalog } from '../../lib/aliexpress/read-catalog.ts';
import { apiRequest, parametersText } from '../../lib/feeds/api-request.ts';
import type {
  ActionDeclaration,
  ReadMethod,
  SearchDeclaration,
  TriggerDeclaration,
} from '../../lib/pack/operation.ts';
import type { Bilingual } from '../../lib/problems.ts';
import { DEFAULT_DAILY_LIMIT } from '../../lib/settings.ts';
import { costOfAction, costOfSearch } from './costs.ts';
import { eventIds } from './event-ids.ts';
import { type Language, labelIn, otherLanguage } from './markdown.ts';
import type { Page } from './page.ts';

export interface Operations {
  triggers: readonly TriggerDeclaration[];
  searches: readonly SearchDeclaration<ListMethod>[];
  actions: readonly ActionDeclaration<never>[];
}

const PERSONAL_DATA = new Map<string, Bilingual>(
  Object.entries({
    none: { en: 'none', zh: '无' },
    'masked name': { en: 'masked name', zh: '脱敏姓名' },
    'masked name, phone and address': {
      en: 'masked name, masked phone number, masked address',
      zh: '脱敏姓名、脱敏电话、脱敏地址',
    },
    'buyer login': { en: 'buyer login', zh: '买家登录名' },
    'buyer login and review text': {
      en: 'buyer login, review text (passed on)',
      zh: '买家登录名、评价内容（传出）',
    },
    'buyer login and dispute messages': { en: 'buyer login, dispute messages', zh: '买家登录名、纠纷留言' },
    'name of who signed for the parcel': {
      en: 'name of the person who signed for the parcel',
      zh: '收件签名',
    },
  } satisfies Record<Method['personalData'], Bilingual>),
);

const WORDS = {
  title: { en: 'Operations', zh: '操作一览' },
  intro: {
    en: 'Every trigger, search and action: which API methods it uses, what it costs, how fresh it is, and which buyer data the API response contains.',
    zh: '每个触发器、查询和动作：调用哪些接口，消耗多少次调用，时效如何，接口返回中含有哪些买家数据。',
  },
  readOnly: {
    en: 'The connector only reads; it has no method that changes anything in a shop. All workflows of a shop share one budget of {calls} calls per day (`DAILY_CALL_LIMIT`). A search may repeat a call that got no response; it then counts twice.',
    zh: '连接器只读取数据，没有任何修改店铺的接口。店铺的所有流程共用每天 {calls} 次调用（`DAILY_CALL_LIMIT`）。查询未得到响应时可能重试一次，计为两次。',
  },
  buyers: {
    en: 'AliExpress masks the personal data of buyers. The connector does not read, store or log it. It passes on only what a buyer wrote in a review.',
    zh: '买家个人信息由速卖通脱敏。连接器不读取、不保存、不写入日志，只传出买家在评价中写的内容。',
  },
  connecting: {
    en: `Zapier's test of a connection, which also runs when a shop is connected, uses \`${merchantProfile.name}\` once. Another test of the same connection within ten minutes uses no call.`,
    zh: `Zapier 测试连接（连接店铺时也会测试）时调用一次 \`${merchantProfile.name}\`；十分钟内再次测试同一连接不消耗调用。`,
  },
  copies: {
    en: 'A workflow is recognized by its ID. If Zapier does not pass the ID on, workflows with the same trigger, inputs and shop count as one. One that is turned on while another one runs shares its start: it may also announce events from the minutes before, and neither misses an event. A workflow that is turned off and on again within about 45 minutes goes on where it stopped. An account alert that was raised since the last run of one may be lost when the other is turned on.',
    zh: '流程按编号区分。Zapier 未提供编号时，触发器、输入和店铺都相同的副本视为同一流程：另一个副本正在运行时启用的副本沿用其开始时间，因此可能通知启用前几分钟的事件，但都不会遗漏。关闭不到约 45 分钟后重新启用的流程也按副本处理。启用另一个副本时，前一个副本上次运行之后产生的账号提醒可能遗漏。',
  },
  triggers: { en: 'Triggers', zh: '触发器' },
  searches: { en: 'Searches', zh: '查询' },
  actions: { en: 'Actions', zh: '动作' },
  key: { en: 'Key', zh: '键名' },
  methods: { en: 'API methods', zh: '调用的接口' },
  freshness: { en: 'Freshness and cost', zh: '时效与消耗' },
  buyerData: {
    en: 'Buyer data in the API response (not passed on unless said)',
    zh: '接口返回中的买家数据（除注明外不传出）',
  },
  eventId: { en: 'Event ID', zh: '事件编号' },
  none: { en: 'none', zh: '无' },
  snapshot: { en: 'Current snapshot; no call.', zh: '使用已有数据，不消耗调用。' },
  atRunTime: {
    en: 'Queried at run time. Calls: ',
    zh: '运行时查询。调用次数：',
  },
  parameters: {
    en: 'Parameters by data to read. A period such as `placed` is `{"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z"}`. The answer has the fields of the other operations, and nothing about a buyer.\n',
    zh: '各查询内容的参数。时段（如 `placed`）写作 `{"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z"}`。返回的字段与其他操作相同，不含买家资料。\n',
  },
  immediate: { en: 'Immediate; no call.', zh: '立即执行，不消耗调用。' },
  missing: { en: 'Not available', zh: '不提供的内容' },
} as const satisfies Record<string, Bilingual>;

const MISSING: readonly Bilingual[] = [
  {
    en: '**Chat with buyers.** AliExpress retired the message API: apps have not been able to read conversations since March 2019.',
    zh: '**买家聊天。** 速卖通已下线消息接口，2019 年 3 月起无法读取会话。',
  },
  {
    en: '**Service score (DSR) and seller level.** AliExpress retired the API. *Find Shop* returns the health level instead.',
    zh: '**服务分（DSR）和卖家等级。** 速卖通已下线该接口。*Find Shop*（查询店铺）返回店铺健康等级。',
  },
  {
    en: '**A list of new reviews.** AliExpress has none: completed orders are checked in turn.',
    zh: '**新评价列表。** 速卖通没有这样的接口，因此依次查询已完成的订单。',
  },
  {
    en: "**Buyers' names, phone numbers, addresses and e-mail addresses.** AliExpress masks them, and the connector does not pass them on.",
    zh: '**买家的姓名、电话、地址和邮箱。** 由速卖通脱敏，连接器不传出。',
  },
  {
    en: '**Anything that writes**: shipping an order, replying to a review or a dispute, editing a product.',
    zh: '**任何写操作**：发货、回复评价、响应纠纷、修改商品。',
  },
];

function behaviorPage({ triggers, searches, actions }: Operations, language: Language): string {
  const text = (key: keyof typeof WORDS): string => WORDS[key][language];
  const [comma, colon] = language === 'en' ? [', ', ': '] : ['、', '：'];
  const list = (items: readonly string[]): string =>
    items.length > 0 ? [...new Set(items)].join(comma) : text('none');
  const methodNames = (methods: readonly ReadMethod[]): string =>
    list(methods.map(({ name }) => `\`${name}\``));
  const buyerData = (methods: readonly ReadMethod[]): string =>
    list(
      methods
        .filter(({ personalData }) => personalData !== 'none')
        .flatMap(({ personalData }) =>
          (PERSONAL_DATA.get(personalData)?.[language] ?? personalData).split(comma),
        ),
    );

  const atRunTime = (cost: Bilingual): string =>
    `${text('atRunTime')}${cost[language]}${language === 'en' ? '.' : '。'}`;

  const section = (
    { key, label, description }: { key: string; label: Bilingual; description: Bilingual },
    lines: readonly (readonly [keyof typeof WORDS, string])[],
  ): string =>
    [
      `### ${labelIn(label, language)}`,
      description[language],
      [['key', `\`${key}\``] as const, ...lines]
        .map(([name, value]) => `- **${text(name)}**${colon}${value}`)
        .join('\n'),
    ].join('\n\n');

  const triggerSection = (trigger: TriggerDeclaration): string => {
    const { feed } = trigger;
    const ids = eventIds(trigger).map((id) => `\`${id}\``);
    return section(trigger, [
      ['methods', methodNames(feed.reads)],
      ['freshness', feed.freshness[language]],
      ['buyerData', buyerData(feed.reads)],
      ['eventId', ids.join(', ')],
    ]);
  };

  const searchSection = (search: SearchDeclaration<ListMethod>): string => {
    const reads = 'source' in search ? search.source.reads : [search.method];
    return section(search, [
      ['methods', methodNames(reads)],
      ['freshness', reads.length === 0 ? text('snapshot') : atRunTime(costOfSearch(search))],
      ['buyerData', buyerData(reads)],
    ]);
  };

  const actionSection = (action: ActionDeclaration<never>): string => {
    const { reads = [] } = action;
    const facts = section(action, [
      ['methods', methodNames(reads)],
      ['freshness', reads.length === 0 ? text('immediate') : atRunTime(costOfAction(action))],
      ...(reads.length > 0 ? ([['buyerData', buyerData(reads)]] as const) : []),
    ]);
    return action.sink.key === apiRequest.key ? `${facts}\n\n${parameters()}` : facts;
  };

  const parameters = (): string =>
    [
      text('parameters'),
      ...Object.entries(readCatalog).map(
        ([name, readable]) => `- \`${name}\`${colon}${parametersText(readable)[language]}`,
      ),
    ].join('\n');

  return `${[
    `# ${text('title')}`,
    '<!-- Generated from the declarations by `npm run docs`. -->',
    otherLanguage('behavior', language),
    text('intro'),
    text('readOnly').replace('{calls}', String(DEFAULT_DAILY_LIMIT)),
    text('buyers'),
    text('connecting'),
    text('copies'),
    `## ${text('triggers')}`,
    ...triggers.map(triggerSection),
    `## ${text('searches')}`,
    ...searches.map(searchSection),
    `## ${text('actions')}`,
    ...actions.map(actionSection),
    `## ${text('missing')}`,
    MISSING.map((each) => `- ${each[language]}`).join('\n'),
  ].join('\n\n')}\n`;
}

export const behaviorPages = (operations: Operations): Page[] => [
  { path: 'docs/behavior.md', text: behaviorPage(operations, 'en') },
  { path: 'docs/behavior.zh-CN.md', text: behaviorPage(operations, 'zh') },
];
