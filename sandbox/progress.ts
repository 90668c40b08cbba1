/** The live display of a simulated day: four numbers on a terminal, a line every two hours in a file. */

import logUpdate from 'log-update';
import type { Progress } from './day.ts';
import { clockTime } from './report.ts';

const BAR_WIDTH = 36;
const REDRAW_MS = 80;
const TWO_HOURS = 2 * 3_600_000;

export interface ProgressDisplay {
  show(progress: Progress): void;
  end(): void;
}

export function progressDisplay(limit: number): ProgressDisplay {
  return process.stdout.isTTY ? terminalDisplay(limit) : lineDisplay(limit);
}

const numbers = ({ callsUsed, ordersSeen, cards, fault }: Progress, limit: number) =>
  `calls / 调用 ${callsUsed} of ${limit}   orders seen / 新订单 ${ordersSeen}   cards / 卡片 ${cards}${fault ? `   fault / 故障 ${fault}` : ''}`;

function terminalDisplay(limit: number): ProgressDisplay {
  let drawnAt = 0;
  let last: Progress | undefined;
  const draw = (progress: Progress) => {
    const filled = Math.round(progress.share * BAR_WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
    logUpdate(`${clockTime(progress.now)} in the shop / 店铺时间  ${bar}\n${numbers(progress, limit)}`);
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

function lineDisplay(limit: number): ProgressDisplay {
  let shownAt = 0;
  return {
    show: (progress) => {
      if (progress.now - shownAt < TWO_HOURS) return;
      shownAt = progress.now;
      console.log(`${clockTime(progress.now)} in the shop   ${numbers(progress, limit)}`);
    },
    end: () => {},
  };
}
