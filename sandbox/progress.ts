/** The progress of a simulation: a live display on a terminal, a line now and then elsewhere. */

import logUpdate from 'log-update';

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

function lineDisplay(everyMs: number): ProgressDisplay {
  let shownAt = 0;
  return {
    show: ({ now, time, numbers }) => {
      if (now - shownAt < everyMs) return;
      shownAt = now;
      console.log(`${time} shop time   ${numbers}`);
    },
    end: () => {},
  };
}
