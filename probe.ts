/** `npm run probe`: asks a shop of a running hub what AliExpress's reference leaves open, and prints the answers. */

import { parseArgs } from 'node:util';
import * as z from 'zod';

const HELP = `npm run probe              asks a connected shop, in at most 12 of its calls of the day, how AliExpress
                           answers, and prints a text for an issue; it holds no data of the shop
                           / 用店铺的不超过 12 次调用探测速卖通接口，输出可粘贴到 issue 的文本，不含店铺数据
npm run probe -- --help    this text / 显示本说明

  --shop NUMBER   which shop, if several are connected / 店铺编号，连接了多个店铺时填写

  HUB_ADMIN_KEY   an admin key: npm run hub -- admin-key / 管理密钥
  HUB_URL         address of the hub (http://127.0.0.1:4170) / 中转服务的地址

To write it to a file / 写入文件: npm run --silent probe > .local/probe.md`;

const problem = z.object({ detail: z.string(), detail_zh: z.string() });
const shops = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });
const line = z.union([
  z.object({ text: z.string(), calls: z.int(), is_stored: z.boolean() }),
  z.object({ about: z.object({ en: z.string(), zh: z.string() }), calls: z.int(), max_calls: z.int() }),
]);

/** In both languages. */
class Failure extends Error {}
/** The command line or a setting is wrong. */
class Misuse extends Error {}

const { HUB_ADMIN_KEY: key = '', HUB_URL: hub = 'http://127.0.0.1:4170' } = process.env;

try {
  const { help, shop } = readCommandLine();
  if (help) console.log(HELP);
  else await probe(shop ?? (await onlyShop()));
} catch (error) {
  if (!(error instanceof Failure || error instanceof Misuse)) throw error;
  console.error(error.message);
  if (error instanceof Misuse) console.error(HELP);
  process.exitCode = error instanceof Misuse ? 2 : 1;
}

/** @throws Misuse */
function readCommandLine(): { help: boolean; shop?: string | undefined } {
  const { help, shop } = parse();
  if (help) return { help };
  if (shop !== undefined && !/^\d+$/.test(shop))
    throw new Misuse('--shop must be the number of a shop / 应为店铺编号');
  if (!key) throw new Misuse('HUB_ADMIN_KEY is not set. / 未设置 HUB_ADMIN_KEY。');
  if (!URL.canParse(hub))
    throw new Misuse(`HUB_URL is not an address: ${hub} / HUB_URL 不是有效的网址：${hub}`);
  return { help, shop };
}

function parse() {
  try {
    const options = {
      shop: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    } as const;
    return parseArgs({ options }).values;
  } catch {
    const given = process.argv.slice(2).join(' ');
    throw new Misuse(`These arguments are not understood: ${given} / 无法识别这些参数：${given}`);
  }
}

/** @throws Failure */
async function onlyShop(): Promise<string> {
  const { items } = shops.parse(await (await request('GET', '/admin/shops')).json());
  const [first, ...others] = items;
  if (!first) throw new Failure('No shop is connected to the hub. / 中转服务尚未连接店铺。');
  if (others.length === 0) return first.id;
  const list = items.map(({ id, name }) => `  --shop ${id}   ${name}`).join('\n');
  throw new Failure(`Several shops are connected. Choose one: / 已连接多个店铺，请指定其一：\n${list}`);
}

/** Prints progress to stderr, and the text to stdout. @throws Failure */
async function probe(shop: string): Promise<void> {
  const answer = await request('POST', `/admin/shops/${shop}/probe`);
  for await (const written of linesOf(answer)) {
    const read = line.parse(JSON.parse(written));
    if ('about' in read) {
      const { about, calls, max_calls: max } = read;
      console.error(`${calls}/${max}  ${about.en} / ${about.zh}`);
      continue;
    }
    console.log(read.text);
    console.error(`${read.calls} calls / 共 ${read.calls} 次调用`);
    if (!read.is_stored)
      console.error('The answers could not be stored for the feeds. / 探测结果未能保存，数据源仍自行判断。');
  }
}

async function* linesOf({ body }: Response): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const [first = '', ...more] = (rest + chunk).split('\n');
      const all = [first, ...more];
      rest = all.pop() ?? '';
      yield* all;
    }
  } catch {
    throw new Failure('The hub ended before the probe did. / 探测未完成，中转服务已中断。');
  }
}

/** @throws Failure in the words of the hub */
async function request(method: string, path: string): Promise<Response> {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(new URL(path, hub), { method, headers }).catch(() => {
    throw new Failure(
      `No hub answers at ${hub}. Start it with npm run hub. / ${hub} 无响应，请先运行 npm run hub。`,
    );
  });
  if (answer.ok) return answer;
  const text = await answer.text();
  const { data } = problem.safeParse(parseJson(text));
  throw new Failure(data ? `${data.detail} / ${data.detail_zh}` : `${answer.status}: ${text}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
