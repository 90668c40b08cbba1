/** The progress of a simulation: a live display on a terminal, a line now and then elsewhere. */

import logUpdate from 'log-update';
import { BEIJING_AHEAD_MS } from './pacific.ts';

const BAR_WIDTH = 36;
const REDRAW_MS = 80;

export interface Progress {
  /** Virtual time, epoch milliseconds. */
  now: number;
  /** `now` in words. */
  time: string;
  /** 0 to 1. */
  share: number;
  numbers: string;
}

export interface ProgressDisplay {
  show(progress: Progress): void;
  end(): void;
}

/** @param lineEveryMs virtual time between two lines where there is no terminal */
export function progressDisplay(lineEveryMs: number): ProgressDisplay {
  return process.stdout.isTTY ? terminalDisplay() : lineDisplay(lineEveryMs);
}

function terminalDisplay(): ProgressDisplay {
  let drawnAt = 0;
  let last: Progress | undefined;
  const draw = (progress: Progress) => {
    const filled = Math.round(progress.share * BAR_WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
    logUpdate(`${progress.time} shop time / 店铺时间  ${bar}\n${progress.numbers}`);
  };
  return {
    show: (progress) => {
      last = progress;
      if (Date.now() - drawnAt < REDRAW_MS) return;
      drawnAt = Date.now();
      draw(progress);
    },
    end: () => {
      if (last) draw(last);
      logUpdate.done();
    },
  };
}

const periodOf = ({ now }: Progress, everyMs: number): number =>
  Math.floor((now + BEIJING_AHEAD_MS) / everyMs);

/** A line shows what was reached at the end of a period, before the counts of the next one begin. */
export function lineDisplay(
  everyMs: number,
  write: (line: string) => void = (line) => console.log(line),
): ProgressDisplay {
  let last: Progress | undefined;
  let shown: Progress | undefined;
  const print = (progress: Progress) => {
    shown = progress;
    write(`${progress.time} shop time / 店铺时间   ${progress.numbers}`);
  };
  return {
    show: (progress) => {
      if (last && periodOf(progress, everyMs) > periodOf(last, everyMs)) print(last);
      last = progress;
    },
    end: () => {
      if (last && last !== shown) print(last);
    },
  };
}
