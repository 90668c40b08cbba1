// Installs what is missing, before anything that needs it. Plain JavaScript without imports of its own, because
// it runs on whatever Node is there (20 or later), before the Node 22 that the project brings along.

import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(
    `Node.js 20 or later is needed; this is ${process.versions.node}. / 需要 Node.js 20 或更高版本。`,
  );
  process.exit(1);
}

const installed = `${root}node_modules/.package-lock.json`;
const isThere = existsSync(installed) && existsSync(`${root}node_modules/node/bin`);
const isCurrent = isThere && statSync(installed).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs;
if (!isCurrent) {
  console.log(
    'Installing what is missing; this takes a minute or two the first time … / 正在安装依赖，首次需要一两分钟…',
  );
  const npm = process.env.npm_execpath;
  const command = isThere ? 'install' : 'ci';
  const options = [command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = npm
    ? spawnSync(process.execPath, [npm, ...options], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', options, { cwd: root, stdio: 'inherit', shell: true });
  if (result.status !== 0) {
    console.error('The installation failed; the lines above say why. / 安装失败，原因见上方输出。');
    process.exit(result.status ?? 1);
  }
}
