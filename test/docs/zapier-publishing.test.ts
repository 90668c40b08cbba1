/** What the pages for the publisher of the Zapier app say is true: commands, lengths, logo, settings, templates. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROW_RETENTION_MS } from '../../lib/feeds/engine/lasting-rows.ts';
import { DAY } from '../../lib/runtime.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { outputLabel } from '../../tools/docs/zap-template-pages.ts';
import { SETTINGS } from '../../tools/zapier/release/environment.ts';
import { NAMED_STEPS } from '../../tools/zapier/release/steps.ts';
import { zapTemplates } from '../../tools/zapier/templates.ts';
import { CHINESE } from '../support/chinese.ts';
import { commandsOnPages, optionsIn } from '../support/commands-on-pages.ts';
import { read } from '../support/repository.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);
const PAGES = ['docs/zapier-publishing.md', 'docs/zapier-publishing.zh-CN.md'] as const;

interface OclifCommand {
  args?: Record<string, { required?: boolean }>;
  flags: Record<string, { char?: string; options?: string[] }>;
  strict?: boolean;
}

/** A command of Zapier's tool, by its own source. */
const commandOf = (name: string): OclifCommand =>
  require(join(root, 'node_modules/zapier-platform-cli/src/oclif/commands', name.replace(':', '/')));

const commands = commandsOnPages()
  .filter(({ script, given }) => script === 'zapier' && given.length > 0)
  .map(({ page, line, comment, given }) => [page, line, given, optionsIn(comment)] as const);

test.each(commands)(
  "On %s, Zapier's tool knows the command and the options of %s",
  (_page, _line, words, others) => {
    const [name = '', ...rest] = words;
    const { args = {}, flags, strict } = commandOf(name);
    const given = [...rest, ...others]
      .filter((word) => word.startsWith('-'))
      .map((word) => word.replace(/^-+|=.*$/g, ''));
    const known = Object.entries(flags).flatMap(([flag, { char }]) => [flag, ...(char ? [char] : [])]);
    expect(given.filter((flag) => !known.includes(flag))).toEqual([]);
    // In a sentence a command stands without its arguments.
    if (rest.length === 0) return;
    const positional = rest.filter((word, at) => !word.startsWith('-') && !rest[at - 1]?.startsWith('-'));
    const required = Object.values(args).filter((arg) => arg.required).length;
    expect(positional.length).toBeGreaterThanOrEqual(required);
    if (strict !== false) expect(positional.length).toBeLessThanOrEqual(Object.keys(args).length);
  },
);

test('The pages name commands of Zapier to check', () => {
  expect(commands.length).toBeGreaterThan(20);
});

test.each(commandsOnPages().filter(({ script }) => script === 'zapier:release'))(
  'On $page, the step is known in $line',
  ({ given: [first] }) => {
    if (first && !first.startsWith('-')) expect(NAMED_STEPS.map(({ key }) => key)).toContain(first);
  },
);

test('Both pages show the same commands', () => {
  const blocks = PAGES.map((page) =>
    [...read(page).matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block.replace(/ +#.*$/gm, '')),
  );
  expect(blocks[1]).toEqual(blocks[0]);
  expect(blocks[0]?.length).toBeGreaterThan(8);
});

test.each(PAGES)('%s names every step of a release, in its order', (page) => {
  const named = [...read(page).matchAll(/^\| (\w+) \| .* \| (?:`npm|–)/gm)].map(([, key]) => key);
  expect(named).toEqual(NAMED_STEPS.map(({ key }) => key).filter((key) => key !== 'rollback'));
});

test.each(PAGES)('%s explains every setting', (page) => {
  const rows = [...read(page).matchAll(/^\| (`[A-Z_`、, ]+`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect([...new Set(rows)].sort()).toEqual([...SETTINGS, 'SANDBOX_URL'].sort());
});

describe('The listing', () => {
  const entryOf = (field: string) =>
    new RegExp(`^\\| ${field} \\| (.*) \\|$`, 'm').exec(read('docs/zapier-publishing.md'))?.[1] ?? '';

  test.each(PAGES)('has on %s a name and a description in the lengths that Zapier accepts', (page) => {
    expect(read(page)).toContain(`| ${entryOf('Description')} |`);
    expect(entryOf('Description').length).toBeGreaterThanOrEqual(40);
    expect(entryOf('Description').length).toBeLessThanOrEqual(140);
    expect(entryOf('Description')).not.toMatch(/zapier/i);
    expect(entryOf('Name')).toBe('AliExpress Seller');
  });

  test('has a square logo with a transparent ground, of at least 256 pixels', () => {
    const png = readFileSync(join(root, 'tools/zapier/logo.png'));
    const [width, height, colors] = [png.readUInt32BE(16), png.readUInt32BE(20), png.readUInt8(25)];
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([width, height]).toEqual([512, 512]);
    // Red, green, blue and transparency.
    expect(colors).toBe(6);
    expect(readFileSync(join(root, 'tools/zapier/logo.svg'), 'utf8')).toContain(
      '-screenshot=tools/zapier/logo.png',
    );
  });
});

describe('A Zap template', () => {
  test('Each is of another trigger', () => {
    expect(new Set(zapTemplates.map(({ key }) => key)).size).toBe(zapTemplates.length);
    expect(new Set(zapTemplates.map(({ trigger }) => trigger.key)).size).toBe(zapTemplates.length);
  });

  test.each(zapTemplates)('$key is worded as Zapier words its own', ({ title, description, app }) => {
    expect(title.en).toMatch(/^(Add|Create|Send) .*AliExpress Seller/);
    expect(title.en).toContain(app);
    expect(title.en.length).toBeLessThanOrEqual(90);
    expect(description.en.length).toBeGreaterThanOrEqual(40);
    expect(description.en.length).toBeLessThanOrEqual(140);
    expect(title.en + description.en).not.toMatch(CHINESE);
    expect([title.zh, description.zh]).toEqual([
      expect.stringMatching(CHINESE),
      expect.stringMatching(CHINESE),
    ]);
  });

  test.each(zapTemplates)('$key maps fields that its trigger has', ({ trigger, fields }) => {
    const labels = Object.values(fields).map((key) => outputLabel(trigger, key).en);
    expect(labels).toEqual(Object.values(fields).map(() => expect.stringMatching(/^[A-Z]/)));
    expect(() => outputLabel(trigger, 'nothing')).toThrow('has no output nothing');
  });
});

describe('The privacy page', () => {
  /**
   * The rows of the first table of SECURITY.md, by their beginning, and the item of the privacy page that names their data.
   * A new row must be added here, and to the page where no item names it yet.
   */
  const NAMED_IN: Readonly<Record<string, [en: string, zh: string]>> = {
    'orders: number, status': ['Orders, reviews', '订单、评价'],
    'order number and completion time': ['Orders that may get', '可能收到评价'],
    'order numbers, number in the list': ['Parcels in transit', '运输中'],
    'how many gaps of which length': ['How far the app has read', '应用读取到哪里'],
    'reviews (stars and text)': ['Orders, reviews', '订单、评价'],
    'numbers of offline and of new': ['Digests of the numbers of offline', '下架商品和新商品'],
    'what a feed knows of its own': ['How far the app has read', '应用读取到哪里'],
    'digests of the numbers of orders': ['The last statuses', '部分订单'],
    'digests of the SKUs': ['The last statuses', '部分订单'],
    'digests of abnormal parcels': ['The last statuses', '部分订单'],
    'titles of what carriers': ['Titles of', '物流公告'],
    'digests of products that': ['The last statuses', '部分订单'],
    'when each workflow was turned on': ['When each Zap', '每个流程的启用'],
    'which events each workflow': ['How far the app has read', '应用读取到哪里'],
    'spans of time whose events': ['How AliExpress answers', '速卖通对该店铺'],
    'number of calls made today': ['The number of calls', '调用次数'],
    'calls made today by all shops': ['The number of calls', '调用次数'],
    'slots of 300 ms': ['The number of calls', '调用次数'],
    'methods for which the app': ['The number of calls', '调用次数'],
    'last three days on which': ['When each Zap', '每个流程的启用'],
    'tokens that were renewed': ['Renewed tokens', '续期后的令牌'],
    'digest of the access token': ['Renewed tokens', '续期后的令牌'],
    'difference between the clock': ['How AliExpress answers', '速卖通对该店铺'],
    'how AliExpress answers for': ['How AliExpress answers', '速卖通对该店铺'],
    'shop profile': ['The name of your shop', '店铺名称'],
    'options of a dropdown': ['Your choices in dropdowns', '下拉列表'],
    'shop name': ['The name of your shop', '店铺名称'],
  };
  const PLAIN = ['access token, refresh token', 'IDs of events'];
  const MINUTES = { minute: 1, hour: 60, day: 1440, 分钟: 1, 小时: 60, 天: 1440 };

  /** Of all times in a text, in minutes. */
  const minutesIn = (text: string): number[] =>
    [...text.replaceAll('one day', '1 day').matchAll(/(\d+) ?(minute|hour|day|分钟|小时|天)/g)].map(
      ([, count, unit]) => Number(count) * MINUTES[unit as keyof typeof MINUTES],
    );
  const [table = ''] = read('SECURITY.md').split('The hub (');
  const rows = [...table.matchAll(/^\| (?!data|-)(.*?) \| (.*?) \| (.*?) \|$/gm)].map(
    ([, data = '', , time = '']) => ({ data, time: time.replace(/in the hub.*|every \d+ days/, '') }),
  );
  const privacyOf = (page: string) =>
    /^> \*\*(?:What it stores|保存什么).*?(?=^> \*\*(?:What it does not|不获取))/ms.exec(read(page))?.[0] ??
    '';
  const itemsOf = (page: string): string[] =>
    privacyOf(page)
      .replace(/\n> {3}/g, ' ')
      .split('\n')
      .filter((line) => line.startsWith('> - '))
      .map((line) => line.slice(4));

  test('names every kind of data that SECURITY.md lists', () => {
    const known = [...Object.keys(NAMED_IN), ...PLAIN];
    expect(rows.filter(({ data }) => !known.some((begin) => data.startsWith(begin)))).toEqual([]);
    expect(known.filter((begin) => !rows.some(({ data }) => data.startsWith(begin)))).toEqual([]);
  });

  test.each(PAGES)('names on %s no shorter time than SECURITY.md', (page) => {
    const tooShort = Object.entries(NAMED_IN).flatMap(([begin, names]) => {
      const name = names[PAGES.indexOf(page)] ?? '';
      const item = itemsOf(page).find((each) => each.startsWith(name));
      const { time = '' } = rows.find(({ data }) => data.startsWith(begin)) ?? {};
      const longest = Math.max(0, ...minutesIn(time));
      return item && longest <= Math.max(...minutesIn(item)) ? [] : [{ begin, time, item }];
    });
    expect(tooShort).toEqual([]);
  });

  test.each(PAGES)('says on %s after how many days everything is gone', (page) => {
    const days = ROW_RETENTION_MS / DAY;
    expect(privacyOf(page)).toContain(`<!-- =cacheDays -->${days}<!-- = -->`);
    const cached = rows.filter(({ data }) => !PLAIN.some((begin) => data.startsWith(begin)));
    expect(Math.max(...cached.flatMap(({ time }) => minutesIn(time)))).toBe(days * 1440);
  });

  test.each([
    [PAGES[0], 'What a buyer wrote in a public review is passed on, and kept for at most 48 hours.'],
    [PAGES[1], '买家在公开评价中写的内容会传递给你选择的应用，最多保存 48 小时。'],
  ])('says on %s for how long the text of a review is kept', (page, sentence) => {
    const review = rows.find(({ data }) => data.startsWith('reviews (stars and text)'));
    expect(Math.max(...minutesIn(review?.time ?? ''))).toBe(48 * 60);
    expect(read(page).replace(/\n> ?/g, ' ')).toContain(sentence);
  });
});

test('The version of the examples is the one of package.json', () => {
  expect(read('docs/zapier-publishing.md')).toContain(`env:set ${packageJson.version} `);
});
