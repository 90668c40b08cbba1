/**
 * The signals that stop the program. They are caught from its first line on, because it takes about a second to load. A
 * second signal changes nothing.
 */

import { systemLanguage } from './language.ts';
import { terminalTexts } from './terminal-texts.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let stop = endAtOnce;

function endAtOnce(): void {
  console.log(terminalTexts.stoppedEarly[systemLanguage(process.env)]);
  process.exit(0);
}

/** Until it is known what else is to be done, the program ends at once. */
export function catchSignals(): void {
  for (const signal of SIGNALS) process.on(signal, () => stop());
}

/** @returns a promise that resolves when the program is to be stopped */
export function stopAsked(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  stop = resolve;
  return promise;
}

/** From now on the system ends the program, as one that catches no signal. */
export function ignoreSignals(): void {
  for (const signal of SIGNALS) process.removeAllListeners(signal);
}

/** A name that is being looked up cannot be interrupted, and keeps the process alive for up to half a minute. */
const LAST_WORK_MS = 500;

/** Ends the program, which has nothing left to do. */
export function endSoon(): void {
  const end = () => {
    ignoreSignals();
    process.kill(process.pid, 'SIGTERM');
  };
  setTimeout(end, LAST_WORK_MS).unref();
}
