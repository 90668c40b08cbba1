/** What the hub says on its terminal. */

import type { Bilingual } from '../../../problems.ts';

const HELP: Bilingual = {
  en: `npm run hub                    connects your shops, watches them and delivers their events, until stopped (Ctrl+C)
  --check                      tests settings, disk, clock, AliExpress, addresses and messengers, and says what to fix;
                               messengers get a test message
  --sandbox                    uses a sandbox shop, 60 times as fast as real time
  --speed N                    with --sandbox: N times as fast as real time (60)
  --help                       this text
npm run hub -- admin-key       makes a new admin key, for signing in
npm run hub -- backup FILE     copies the data into a new file, also while the hub runs
npm run hub -- restore FILE    replaces the data by that of a backup, while the hub does not run

Settings, such as HUB_PORT and HUB_DATA: .env.example and docs/hub.md`,
  zh: `npm run hub                    连接店铺、监控并推送事件，直到停止（Ctrl+C）
  --check                      检查配置、磁盘、时钟、速卖通、地址和群机器人，并说明如何处理；会向群里发送一条测试消息
  --sandbox                    使用沙箱店铺，以 60 倍速运行
  --speed N                    与 --sandbox 一起使用：运行倍速（60）
  --help                       显示本说明
npm run hub -- admin-key       生成新的管理密钥，用于登录
npm run hub -- backup 文件     把数据备份到新文件，服务运行时也可使用
npm run hub -- restore 文件    用备份替换数据，需先停止服务

配置项（如 HUB_PORT、HUB_DATA）见 .env.example 和 docs/hub.zh-CN.md`,
};

/** On the clock of this machine. */
const localTime = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at);

export const terminalTexts = {
  help: HELP,
  /** @param given what stands after `--` */
  notUnderstood: (given: string): Bilingual => ({
    en: `"npm run hub -- ${given}" is not understood. These commands exist:`,
    zh: `无法识别“npm run hub -- ${given}”。可用命令：`,
  }),
  noSettings: {
    en: 'There is no file .env yet. Copy .env.example to .env and fill it in. To try the hub without an app at AliExpress: npm run hub -- --sandbox',
    zh: '尚无 .env 文件。请把 .env.example 复制为 .env 后填写。没有速卖通应用时，可用沙箱试用：npm run hub -- --sandbox',
  } satisfies Bilingual,
  running: (url: string): Bilingual => ({
    en: `The hub is running: ${url}`,
    zh: `服务已启动：${url}`,
  }),
  sandboxKey: (key: string): Bilingual => ({
    en: `Key of the shop: ${key}`,
    zh: `店铺密钥：${key}`,
  }),
  sandboxAdminKey: (key: string): Bilingual => ({
    en: `Admin key: ${key}`,
    zh: `管理密钥：${key}`,
  }),
  sandboxReceiver: (url: string): Bilingual => ({
    en: `Receiver of webhooks (open it in a browser to look): ${url}`,
    zh: `Webhook 接收地址（浏览器打开该地址即可查看）：${url}`,
  }),
  /** The group of a messenger's stand-in. */
  sandboxGroup: ({ en, zh }: Bilingual, address: string): Bilingual => ({
    en: `${en} group to send to (open it in a browser to look): ${address}`,
    zh: `可接收消息的${zh}群（浏览器打开该地址即可查看）：${address}`,
  }),
  stopped: (waiting: number): Bilingual => ({
    en: `Stopped, ${waiting} waiting.`,
    zh: `已停止，${waiting} 条待发送。`,
  }),
  /** Before the database was open. */
  stoppedEarly: { en: 'Stopped.', zh: '已停止。' } satisfies Bilingual,
  checked: (failures: number): Bilingual =>
    failures === 0
      ? { en: 'Everything is ready.', zh: '全部正常。' }
      : { en: `To be fixed: ${failures}.`, zh: `需要处理：${failures} 项。` },
  backedUp: (file: string, keyFile: string): Bilingual => ({
    en: `Backed up to ${file}. The key file ${keyFile} is not in it: keep a copy of that elsewhere, because without it nobody can read the shops' tokens.`,
    zh: `已备份到 ${file}。其中不含密钥文件 ${keyFile}，请另行保存；缺少它则无法读取店铺授权。`,
  }),
  /** @param until epoch milliseconds */
  restored: (file: string, until: number): Bilingual => ({
    en: `Restored from ${file}. AliExpress is not called before ${localTime(until, 'en-GB')}, because the backup does not know how many calls were made today.`,
    zh: `已从 ${file} 恢复。备份不含今日已用的调用次数，因此 ${localTime(until, 'zh-CN')} 前不会调用速卖通。`,
  }),
};
