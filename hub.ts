/** `npm run hub`: the hub, until it is stopped. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { channels } from './channels/index.ts';
import { createAdminKey } from './lib/hosts/hub/access/set-up.ts';
import { openBeside } from './lib/hosts/hub/database/database.ts';
import { type Hub, startHub } from './lib/hosts/hub/hub.ts';
import type { HubRegistry } from './lib/hosts/hub/runtime.ts';
import { readHubSettings } from './lib/hosts/hub/settings.ts';
import { isProblem } from './lib/problems.ts';
import { type Log, systemClock } from './lib/runtime.ts';
import { readAppKey, readSettings } from './lib/settings.ts';
import { operations } from './operations.ts';
import packageJson from './package.json' with { type: 'json' };
import { recipes } from './recipes/index.ts';

const HELP = `npm run hub                    connects your shops, watches them and delivers their events, until stopped (Ctrl+C)
                               连接店铺、监控并推送事件，直到停止（Ctrl+C）
npm run hub -- admin-key       makes a new admin key, for signing in / 生成新的管理密钥，用于登录
npm run hub -- --sandbox       the same with a sandbox shop, 60 times as fast as real time
                               使用沙箱店铺，以 60 倍速运行
  --speed N                    with --sandbox: N times as fast as real time (60) / 运行倍速
  --help                       this text / 显示本说明`;

const root = fileURLToPath(new URL('./', import.meta.url));
const { version } = packageJson;
const registry: HubRegistry = { ...operations, channels, recipes };
const log: Log = (message, facts = {}) => console.error(message, JSON.stringify(facts));

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      sandbox: { type: 'boolean', default: false },
      speed: { type: 'string', default: '60' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [command] = positionals;
  if (command === 'admin-key') return printAdminKey();
  if (command !== undefined) {
    console.error(HELP);
    return 2;
  }
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  const running = values.sandbox ? await startSandbox(Number(values.speed)) : await start();
  await stopped;
  const waiting = await running.stop();
  console.log(`Stopped, ${waiting} waiting. / 已停止，${waiting} 条待发送。`);
  return 0;
}

function loadEnv(): void {
  const env = join(root, '.env');
  if (existsSync(env)) process.loadEnvFile(env);
}

/** Also while the hub runs. */
function printAdminKey(): number {
  loadEnv();
  const database = openBeside(readHubSettings(process.env, root).folder, systemClock);
  console.log(createAdminKey(database, systemClock.now()));
  database.close();
  return 0;
}

/** Where the owner gets in: for the first time with the set-up token. */
function printAddress({ url, setUpUrl = url }: Hub): void {
  console.log(`The hub is running: ${setUpUrl} / 服务已启动：${setUpUrl}`);
}

async function start() {
  loadEnv();
  const hub = await startHub({
    version,
    registry,
    settings: readSettings(process.env),
    hub: readHubSettings(process.env, root),
    appKey: readAppKey(process.env),
    clock: systemClock,
    random: Math.random,
    log,
  });
  printAddress(hub);
  return hub;
}

async function startSandbox(speed: number) {
  const { startSandboxHub } = await import('./sandbox/hub.ts');
  const { fasterClock } = await import('./sandbox/faster-clock.ts');
  const running = await startSandboxHub({
    version,
    registry,
    env: process.env,
    folder: join(root, '.local', 'hub-sandbox'),
    clock: fasterClock(speed),
    log,
  });
  printAddress(running.hub);
  console.log(`Key of the shop / 店铺密钥: ${running.shopKey}`);
  return running;
}

process.exitCode = await main().catch((error: unknown) => {
  if (!isProblem(error)) throw error;
  console.error(error.message);
  return 2;
});
