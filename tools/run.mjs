/**
 * Runs a program on the Node.js 22 that the project brings along, after installing what is missing:
 * `node tools/run.mjs production|all PROGRAM ARGUMENTS`. The program is a file, or a command of an installed package.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { commandFile, install, nodeProgram } from './install.mjs';

const [wanted, program = '', ...parameters] = process.argv.slice(2);
if (wanted !== 'production' && wanted !== 'all') throw new Error('say what is needed: production or all');

/** A program needs longer to begin: nothing catches a signal before. */
const LATE_SIGNAL_MS = 20;

/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
let isStopped = false;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => {
    isStopped = true;
    // A terminal sends Ctrl+C to both processes. A second one would end a program that is finishing its step.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child?.kill(signal);
  });
endWithShell();

const status = await install(wanted, {
  begin: (npm) => {
    child = npm;
  },
  isStopped: () => isStopped,
});
if (isStopped) endStopped();
if (status !== 0) process.exit(status);

// Jest loads ES modules with the help of the second option.
const options = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
const file = program.endsWith('.ts') ? program : commandFile(program);
child = spawn(nodeProgram, [...options, file, ...parameters], {
  stdio: 'inherit',
  // The memory that glibc keeps for several threads is of no use here, and makes an idle hub a fifth larger.
  env: { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '65536', ...process.env },
});
// A Ctrl+C just before the program began has reached this process alone, which sees it only now.
setTimeout(() => {
  if (isStopped) child?.kill('SIGTERM');
}, LATE_SIGNAL_MS);
const [code] = await once(child, 'exit');
// A signal ends a program that does not catch it yet.
if (code === null && isStopped) endStopped();
process.exit(code ?? 1);

/** A program that runs until it is stopped has done its work; others have not. */
function endStopped() {
  console.log('Stopped. / 已停止。');
  process.exit(wanted === 'production' ? 0 : 130);
}

/** npm passes a SIGTERM on to its shell alone, and the shell ends without its programs. */
function endWithShell() {
  const shell = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    isStopped = true;
    child?.kill('SIGTERM');
  }, 500);
  watch.unref();
}
