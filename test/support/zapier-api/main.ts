/** `npm run zapier:rehearsal`: the stand-in of Zapier alone, until stopped, to rehearse releases without an account. */

import { randomBytes } from 'node:crypto';
import type { Bilingual } from '../../../lib/problems.ts';
import { createTerminal } from '../../../lib/terminal.ts';
import { readArguments, reportError, whole } from '../../../sandbox/arguments.ts';
import { startZapierApi } from './server.ts';

const COMMAND = 'npm run zapier:rehearsal';
const HELP: Bilingual = {
  en: `${COMMAND}                  a stand-in of Zapier on this machine, until stopped (Ctrl+C)

  --users N          users with Zaps of the first version that is pushed (20)
  --help             this text

It prints two lines for another terminal. There, register, releases and invitations reach the stand-in, and no account at
Zapier is needed. It keeps versions in memory, and runs no Zaps.`,
  zh: `${COMMAND}                  在本机运行 Zapier 模拟服务，直到停止（Ctrl+C）

  --users N          假定有多少位用户已在首个上传的版本中启用流程（20）
  --help             显示本说明

命令会给出两行内容，请复制到另一个终端运行。此后 register、发布和邀请都只发送到模拟服务，不需要 Zapier 账号。
模拟服务只在内存中保存版本，不运行流程。`,
};

const terminal = createTerminal();

const { values } = readArguments(COMMAND, {
  options: {
    users: { type: 'string', default: '20' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function main(): Promise<void> {
  if (values.help) return terminal.say(HELP);
  const key = randomBytes(16).toString('hex');
  const zapier = await startZapierApi(key, { firstUsers: whole('users', values.users, 0, 1_000_000) });
  const lines = `export ZAPIER_ENDPOINT=${zapier.url} ZAPIER_DEPLOY_KEY=${key}
npm run zapier -- register "AliExpress Seller" --audience private --category ecommerce`;
  terminal.say({
    en: `The stand-in of Zapier is listening; stop it with Ctrl+C. In another terminal:\n\n${lines}`,
    zh: `Zapier 模拟服务已启动，按 Ctrl+C 停止。请在另一个终端中运行：\n\n${lines}`,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void zapier.close());
}

await main().catch((error: unknown) => reportError(COMMAND, error));
