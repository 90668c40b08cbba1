/**
 * The signals that stop the program. Loading it takes about a second, in which no handler runs: until the hub begins its
 * work, the system ends the program. After that a second signal changes nothing.
 */

import { createTerminal } from '../../../terminal.ts';
import { INTERRUPT_AFTER_MS } from './interruption.ts';
import { terminalTexts } from './terminal-texts.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function endAtOnce(): void {
  createTerminal().say(terminalTexts.stoppedEarly);
  process.exit(0);
}

/** The system never ends the first process of a container, which ends as soon as it is loaded. */
export function catchSignalsInContainer(): void {
  if (process.pid !== 1) return;
  for (const signal of SIGNALS) process.on(signal, endAtOnce);
}

export interface Stop {
  /** Aborted when the program is to be stopped. */
  asked: AbortSignal;
  /** Aborted when it waits no longer for what runs. */
  end: AbortSignal;
}

/** From now on the program itself ends when it is told to. */
export function stopOnSignal(): Stop {
  const asked = new AbortController();
  const end = new AbortController();
  const stop = () => {
    if (asked.signal.aborted) return;
    asked.abort();
    // Also while the program still starts.
    setTimeout(() => end.abort(), INTERRUPT_AFTER_MS).unref();
  };
  for (const signal of SIGNALS) process.on(signal, stop).off(signal, endAtOnce);
  return { asked: asked.signal, end: end.signal };
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
