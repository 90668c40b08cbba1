/**
 * Installs what a command needs and what is missing. Plain JavaScript, because it runs on the Node.js that is there,
 * before the Node.js 22 that it installs.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const OLDEST_NODE = 20;
/** What npm has installed. */
const INSTALLED = 'node_modules/.package-lock.json';

/** Where npm keeps the Node.js 22 of the project. */
export const nodeProgram = `${root}node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`;

/** What ends a program because somebody wants it to end. */
export const STOP_SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
/** Instead of an exit code. */
export const STOPPED = -1;

/**
 * How a program ended. A terminal sends Ctrl+C to this process too, which may learn of it after the end of the program.
 * @param {ChildProcess} program
 * @returns {Promise<{ code: number | null, isStopped: boolean }>}
 */
export async function endOf(program) {
  const [code, signal] = await once(program, 'exit');
  return { code, isStopped: STOP_SIGNALS.includes(signal) };
}

/** @typedef {'production' | 'all'} Wanted */

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/**
 * @param {Wanted} wanted
 * @param {{ begin: (npm: ChildProcess) => void, isStopped: () => boolean }} signals stop npm, where it is needed
 * @returns {Promise<number>} an exit code, or STOPPED
 */
export async function install(wanted, signals) {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    console.error(
      `Node.js ${OLDEST_NODE} or later is needed; this is ${process.versions.node}. Get it from https://nodejs.org
需要 Node.js ${OLDEST_NODE} 或更高版本，当前为 ${process.versions.node}。下载：https://nodejs.org`,
    );
    return 1;
  }
  const locked = packagesIn('package-lock.json');
  const installed = packagesIn(INSTALLED);
  const hasDevelopment = Object.values(installed).some(({ dev }) => dev);
  const missing = Object.entries(locked).filter(
    ([path, { version, dev, optional, devOptional }]) =>
      path !== '' &&
      !optional &&
      (wanted === 'all' || !(dev || devOptional)) &&
      installed[path]?.version !== version,
  );
  if (missing.length === 0 && existsSync(nodeProgram)) return 0;

  const count = Math.max(1, missing.length);
  console.log(
    `Installing packages: ${count}. The first time takes one to two minutes.
正在安装依赖包：${count} 个，首次约需一到两分钟。`,
  );
  const isFirst = Object.keys(installed).length === 0;
  // What another command has installed stays: npm would remove development packages when it is told to omit them.
  const omit = wanted === 'all' || hasDevelopment ? '--include=dev' : '--omit=dev';
  const npm = startNpm([
    ...(isFirst ? ['ci'] : ['install', '--no-save']),
    omit,
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  signals.begin(npm);
  const { code: status, isStopped } = await endOf(npm).catch(() => ({ code: 1, isStopped: false }));
  if (isStopped || signals.isStopped()) return STOPPED;
  if (status !== 0 || !existsSync(nodeProgram)) {
    console.error(
      `The installation failed; the lines above say why. If the registry of npm is not reachable, check the network, a proxy
("npm config set proxy …") or choose a mirror ("npm config set registry …"), and start again.
安装失败，原因见上方输出。如无法连接 npm 仓库，请检查网络，设置代理（npm config set proxy …）
或更换镜像（npm config set registry …），然后重新运行。`,
    );
    return status || 1;
  }
  console.log('Installed. / 安装完成。\n');
  return 0;
}

/**
 * @param {string} name of a command, such as "jest"
 * @returns {string} its program, which npm's own links in `node_modules/.bin` would run on any Node.js
 */
export function commandFile(name) {
  for (const [path, { bin }] of Object.entries(packagesIn(INSTALLED)))
    if (bin?.[name]) return `${root}${path}/${bin[name]}`;
  throw new Error(`no installed package has the command "${name}"`);
}

/**
 * @typedef {{
 *   version?: string, dev?: boolean, optional?: boolean, devOptional?: boolean, bin?: Record<string, string>,
 * }} LockedPackage
 * @param {string} file
 * @returns {Record<string, LockedPackage>} by their folder
 */
function packagesIn(file) {
  return existsSync(root + file) ? JSON.parse(readFileSync(root + file, 'utf8')).packages : {};
}

/**
 * Starts the npm that runs this script, or the one on the path.
 * @param {string[]} parameters
 * @returns {ChildProcess}
 */
function startNpm(parameters) {
  const program = process.env.npm_execpath ?? '';
  return basename(program) === 'npm-cli.js'
    ? spawn(process.execPath, [program, ...parameters], { cwd: root, stdio: 'inherit' })
    : // On Windows it is a script. Elsewhere a shell would keep the signals to itself.
      spawn('npm', parameters, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
}
