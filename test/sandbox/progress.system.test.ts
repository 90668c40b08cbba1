import { DAY, MINUTE } from '../../lib/runtime.ts';
import { dayTime } from '../../sandbox/format.ts';
import { lineDisplay } from '../../sandbox/progress.ts';

const START = Date.parse('2026-10-07T00:00:00+08:00');

describe('Progress without a terminal', () => {
  test('Each line shows the count at the end of a day, and the last one that of the end', () => {
    const lines: string[] = [];
    const display = lineDisplay(DAY, (line) => lines.push(line));
    for (let now = START; now <= START + 2 * DAY; now += 15 * MINUTE)
      display.show({
        now,
        time: dayTime(now),
        share: 0,
        numbers: `${(((now - START) % DAY) / MINUTE / 15) * 2}/200`,
      });
    display.end();
    expect(lines).toEqual([
      '10-07 23:45 shop time / 店铺时间   190/200',
      '10-08 23:45 shop time / 店铺时间   190/200',
      '10-09 00:00 shop time / 店铺时间   0/200',
    ]);
  });
});
