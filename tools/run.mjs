/**
 * Runs a program on the Node.js 22 that the project brings along, after installing what is missing:
 * `node tools/run.mjs production|all PROGRAM ARGUMENTS`. The program is a file, or a command of an installed package.
 */

import { spawn } from 'node:child_process';
import { commandFile, endOf, install, nodeProgram, STOP_SIGNALS, STOPPED } from './install.mjs';

const [wanted, program = '', ...parameters] = process.argv.slice(2);
if (wanted !== 'production' && wanted !== 'all') throw new Error('say what is needed: production or all');

/** So long after its start a program has nothing to finish, and may not have been there when the terminal sent Ctrl+C. */
const STARTING_MS = 250;

/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
let startedAt = 0;
let isStopped = false;
for (const signal of STOP_SIGNALS)
  process.on(signal, () => {
    isStopped = true;
    // A terminal sends Ctrl+C to both processes. A second one would end a program that is finishing its step.
    const isStarting = performance.now() - startedAt < STARTING_MS;
    if (signal !== 'SIGINT' || !process.stdin.isTTY || isStarting) child?.kill(signal);
  });
endWithShell();

const status = await install(wanted, {
  begin: (npm) => {
    child = npm;
  },
  isStopped: () => isStopped,
});
if (isStopped || status === STOPPED) endStopped();
if (status !== 0) process.exit(status);

// Jest loads ES modules with the help of the second option.
const options = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
const file = program.endsWith('.ts') ? program : commandFile(program);
child = spawn(nodeProgram, [...options, file, ...parameters], {
  stdio: 'inherit',
  // The memory that glibc keeps for several threads is of no use here, and makes an idle hub a fifth larger.
  env: { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '65536', ...process.env },
});
startedAt = performance.now();
const end = await endOf(child);
// A signal ends a program that does not catch it yet.
if (end.code === null && (isStopped || end.isStopped)) endStopped();
process.exit(end.code ?? 1);

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
