/** `npm run make:push`: brings the app in `make/` to the publisher's account at Make. */

import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Bilingual } from '../../lib/problems.ts';
import { createTerminal } from '../../lib/terminal.ts';
import { readArguments, reportError, UsageError } from '../../sandbox/arguments.ts';
import { checkedAppId, EXAMPLE } from './options.ts';
import { isLoopback } from './push/account.ts';
import { readApp } from './push/app-folder.ts';
import { push } from './push/push.ts';
import { PushError } from './push/push-error.ts';

const COMMAND = 'npm run make:push';
const ZONE = 'eu1.make.com';
const HELP: Bilingual = {
  en: `${COMMAND} -- [options]     brings the app in make/ to your account at Make; changes only what differs

  --dry-run       says what would change, and changes nothing; needs no account
  --zone HOST     the host in the address of your account at Make (${ZONE})
  --app-id ID     the app, such as ${EXAMPLE.appId}-abc123; left out, the one that an earlier push has created
  --new-app       creates another app, to try something out
  --prune         removes from the app what is no longer in make/; hides it if the app is published
  --visible       shows all modules to those whom you invite
  --icon          sends the icon again; it is sent once by itself
  --help          this text

From the environment, so that they are not kept in the history of your terminal:
  MAKE_API_TOKEN                         with the scopes sdk-apps:read and sdk-apps:write
  MAKE_CLIENT_ID, MAKE_CLIENT_SECRET     the client that you have registered at your hub for Make`,
  zh: `${COMMAND} -- [选项]     把 make/ 中的应用推送到你的 Make 账号，只更新有差异的内容

  --dry-run       只显示将要更新的内容，不作任何改动；不需要账号
  --zone HOST     你的 Make 账号网址中的主机名（${ZONE}）
  --app-id ID     应用编号，例如 ${EXAMPLE.appId}-abc123；不填则为以前推送时创建的应用
  --new-app       另建一个应用，用于试用
  --prune         从应用中删除 make/ 中已没有的内容；应用已发布时改为隐藏
  --visible       让受邀的人看到所有模块
  --icon          重新发送图标；通常只自动发送一次
  --help          显示本说明

以下内容取自环境变量，不会留在终端历史中：
  MAKE_API_TOKEN                         权限为 sdk-apps:read 和 sdk-apps:write
  MAKE_CLIENT_ID、MAKE_CLIENT_SECRET     你在中转服务为 Make 登记的客户端`,
};

const terminal = createTerminal();

const { values } = readArguments(COMMAND, {
  options: {
    'dry-run': { type: 'boolean', default: false },
    zone: { type: 'string', default: ZONE },
    'app-id': { type: 'string' },
    'new-app': { type: 'boolean', default: false },
    prune: { type: 'boolean', default: false },
    visible: { type: 'boolean', default: false },
    icon: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** @throws UsageError */
function zoneOf(text: string): string {
  if (isLoopback(text) || /^([a-z0-9-]+\.)+[a-z]{2,}$/.test(text)) return text;
  throw new UsageError({
    en: `--zone must be a host such as ${ZONE}; "${text}" is none`,
    zh: `--zone 的值“${text}”无效。须为主机名，例如 ${ZONE}`,
  });
}

/** @throws PushError */
function secretOf(name: string): string | undefined {
  const value = process.env[name]?.trim();
  if (!value) return undefined;
  // A line break would end up in an error of the HTTP client, with the value.
  if (!/^[\x21-\x7e]+$/.test(value))
    throw new PushError({
      en: `${name} must be one word of letters, digits and signs, without spaces or line breaks.`,
      zh: `${name} 只能含字母、数字和符号，不能有空格或换行。`,
    });
  return value;
}

/** @throws PushError */
function clientOf(): { clientId: string; clientSecret: string } | undefined {
  const [clientId, clientSecret] = [secretOf('MAKE_CLIENT_ID'), secretOf('MAKE_CLIENT_SECRET')];
  if (clientId && clientSecret) return { clientId, clientSecret };
  if (clientId || clientSecret)
    throw new PushError({
      en: 'Set MAKE_CLIENT_ID and MAKE_CLIENT_SECRET together, or neither.',
      zh: 'MAKE_CLIENT_ID 和 MAKE_CLIENT_SECRET 须同时设置，或都不设置。',
    });
  return undefined;
}

async function main(): Promise<void> {
  if (values['new-app'] && values['app-id'] !== undefined)
    throw new UsageError({
      en: '--new-app and --app-id exclude each other',
      zh: '--new-app 和 --app-id 不能同时使用',
    });
  const zone = zoneOf(values.zone);
  const appId = values['app-id'] === undefined ? undefined : checkedAppId(values['app-id']);
  await push({
    app: readApp(fileURLToPath(new URL('../../make/', import.meta.url))),
    icon: readFileSync(new URL('icon.png', import.meta.url)),
    token: secretOf('MAKE_API_TOKEN'),
    client: clientOf(),
    zone,
    appId,
    newApp: values['new-app'],
    prune: values.prune,
    visible: values.visible,
    newIcon: values.icon,
    dryRun: values['dry-run'],
    say: terminal.say,
    sleep: (ms) => setTimeout(ms),
  });
}

if (values.help) terminal.say(HELP);
else
  await main().catch((error: unknown) => {
    reportError(COMMAND, error);
    if (error instanceof PushError) process.exitCode = 1;
  });
