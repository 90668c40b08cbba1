/** `npm run zapier`: the command line tool of Zapier. What it builds or pushes is a stage folder. */

import { type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { both } from '../../lib/language.ts';
import type { Bilingual } from '../../lib/problems.ts';
import { createTerminal } from '../../lib/terminal.ts';
import { reportError } from '../../sandbox/arguments.ts';
import { readLink, requireAccount } from './account.ts';
import { bundle } from './bundle.ts';
import { checkCounterStore } from './counter-store.ts';
import { root } from './project.ts';
import { SetupError, settingsError } from './setup-error.ts';
import { fillStage } from './stage.ts';

const ZAPIER_CLI = join(root, 'node_modules/zapier-platform-cli/src/bin/run');
/** The tool that runs the bundle as a step shows only what is on stderr. */
const TO_STDERR: StdioOptions = ['inherit', 2, 2];

const HELP: Bilingual = {
  en: `npm run zapier:push    builds the app and uploads it to Zapier, as the version that package.json names
npm run build          builds the same files without an upload: build/build.zip and build/source.zip

What stands after "--" goes to Zapier's own command line tool:
npm run zapier:push -- --snapshot trial    uploads the version 0.0.0-trial, to try something out
npm run zapier:push -- --debug             shows every request
npm run zapier -- COMMAND                  runs any other command of that tool; "help" lists them

Once, before the first push: npm run zapier -- login
and then one of              npm run zapier -- register "AliExpress Seller" --audience private --category ecommerce
                             npm run zapier -- link
Where QUOTA_REDIS_URL and QUOTA_REDIS_TOKEN are set, a push first checks that this Redis keeps all values.
In CI, ZAPIER_DEPLOY_KEY takes the place of the login.`,
  zh: `npm run zapier:push    构建应用并上传到 Zapier，版本号取自 package.json
npm run build          构建同样的文件但不上传：build/build.zip 和 build/source.zip

“--”之后的内容交给 Zapier 命令行工具：
npm run zapier:push -- --snapshot trial    上传为快照版本 0.0.0-trial，用于试用
npm run zapier:push -- --debug             显示每个请求
npm run zapier -- 命令                     运行该工具的其他命令，help 可列出全部命令

首次上传前，先登录：  npm run zapier -- login
再注册或关联集成：    npm run zapier -- register "AliExpress Seller" --audience private --category ecommerce
                      npm run zapier -- link
设置了 QUOTA_REDIS_URL 和 QUOTA_REDIS_TOKEN 时，上传前会检查该 Redis 是否保留所有数据。
在 CI 中，用 ZAPIER_DEPLOY_KEY 代替登录。`,
};

const terminal = createTerminal();

async function main([command = '--help', ...options]: string[]): Promise<number> {
  const isStaged = command === 'build' || command === 'push';
  if (isStaged && (options.includes('--help') || options.includes('-h'))) {
    terminal.say(HELP);
    return 0;
  }
  switch (command) {
    case 'bundle':
      await compile();
      return 0;
    case 'build':
      // Zapier's server checks the style as well, and a build must work without a network.
      return runStaged('build', ['--skip-validation', ...options]);
    case 'push':
      requireAccount(readLink(process.env), process.env);
      await reportCounterStore();
      return push(options);
    default:
      return run([ZAPIER_CLI, command, ...options], { cwd: root });
  }
}

async function reportCounterStore(): Promise<void> {
  const report = await checkCounterStore(process.env);
  if (report) terminal.say(report);
}

async function push(options: readonly string[]): Promise<number> {
  const status = await runStaged('push', options);
  // A release does these things itself, or says them at its end.
  if (status === 0 && process.env.npm_lifecycle_event !== 'zapier:release')
    terminal.say({
      en: `
Settings of this version:  npm run zapier -- env:set VERSION CLIENT_ID=… CLIENT_SECRET=…
Invite sellers by link:    npm run zapier -- users:links
Invite a seller by e-mail: npm run zapier -- users:add SELLER@EXAMPLE.COM`,
      zh: `
设置本版本的配置：  npm run zapier -- env:set 版本号 CLIENT_ID=… CLIENT_SECRET=…
用链接邀请卖家：    npm run zapier -- users:links
用邮件邀请卖家：    npm run zapier -- users:add SELLER@EXAMPLE.COM`,
    });
  return status;
}

/** @returns the exit code of Zapier's command line tool */
async function runStaged(command: 'build' | 'push', options: readonly string[]): Promise<number> {
  terminal.say({ en: '1/3 Checking types and bundling', zh: '1/3 检查类型并打包' });
  const sources = await compile();
  const folder = mkdtempSync(join(tmpdir(), 'zapier-stage-'));
  try {
    const { version, packages } = await fillStage(folder, sources, readLink(process.env));
    terminal.say({
      en: `2/3 Staged version ${version}: ${sources.length} sources bundled, ${packages} packages`,
      zh: `2/3 版本 ${version} 已备好：打包 ${sources.length} 个源文件，附带 ${packages} 个依赖包`,
    });
    terminal.say(both(`3/3 zapier-platform ${command}`));
    return await run(
      [
        '--disable-warning=ExperimentalWarning',
        '--import',
        new URL('sequential-writes.ts', import.meta.url).href,
        ZAPIER_CLI,
        command,
        '--skip-dep-install',
        ...options,
      ],
      { cwd: folder, env: { ...process.env, ZAPIER_CURRENT_APP_FILE: '.zapierapprc' } },
    );
  } finally {
    // "npm run zapier -- upload" finds the files here.
    if (existsSync(join(folder, 'build')))
      cpSync(join(folder, 'build'), join(root, 'build'), { recursive: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compile(): Promise<string[]> {
  const status = await run([join(root, 'node_modules/typescript/bin/tsc')], { cwd: root, stdio: TO_STDERR });
  if (status !== 0)
    throw new SetupError({
      en: 'The types do not fit; the lines above say where.',
      zh: '类型检查未通过，位置见上方的输出。',
    });
  return bundle();
}

async function run(
  parameters: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; stdio?: StdioOptions },
): Promise<number> {
  const child = spawn(process.execPath, parameters, { stdio: 'inherit', ...options });
  const [status] = await once(child, 'close');
  return (status as number | null) ?? 1;
}

// Ctrl+C reaches Zapier's tool as well. The stage is removed once that has ended.
process.on('SIGINT', () => {});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  reportError('npm run zapier:push', error instanceof SetupError ? error : settingsError(error));
}
