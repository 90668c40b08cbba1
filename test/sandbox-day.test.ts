import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { sqliteStore } from '../lib/stores/sqlite.ts';
import { allFaults, type DayOptions, type DayReport, simulateDay } from '../sandbox/day.ts';
import { isGood, keepFiles, reportText } from '../sandbox/report.ts';
import { storedText } from './support/stored-text.ts';

const options: DayOptions = {
  seed: 3,
  curve: 'olist',
  ordersPerDay: 100,
  interval: 2,
  dailyLimit: 200,
  faults: [],
  tokenEnds: false,
};

const MINUTES = 60_000;

jest.setTimeout(300_000);

describe('a day without faults', () => {
  let report: DayReport;
  beforeAll(async () => {
    report = await simulateDay(options);
  });

  test('delivers every order exactly once', () => {
    expect(report.placed).toBeGreaterThan(50);
    expect(report).toMatchObject({ delivered: report.placed, lost: [], deliveredTwice: [] });
  });

  test('stays within the 200 calls and uses nearly all of them', () => {
    expect(report.callsUsed).toBeLessThanOrEqual(200);
    expect(report.callsUsed).toBeGreaterThanOrEqual(190);
    expect(report).toMatchObject({ overLimit: 0, bans: 0 });
  });

  test('shows the figures it promises', () => {
    const text = reportText(report);
    for (const words of [
      'Orders placed',
      'Lost',
      'Delivered twice',
      'Mean delay',
      '95th percentile',
      'Longest delay',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).toContain('aliexpress.trade.seller.orderlist.get');
  });
});

describe('a day on which every fault is on for a while and the token ends at noon', () => {
  const folder = mkdtempSync(join(tmpdir(), 'day-'));
  const log: string[] = [];
  let report: DayReport;
  beforeAll(async () => {
    report = await simulateDay({
      ...options,
      interval: 1,
      faults: allFaults,
      tokenEnds: true,
      store: (clock) => sqliteStore(join(folder, 'cache.sqlite'), clock),
      memoryPath: join(folder, 'platform.sqlite'),
      onLog: (line) => log.push(line),
    });
    keepFiles(folder, report, log);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('still delivers every order exactly once', () => {
    expect(report).toMatchObject({ delivered: report.placed, lost: [], deliveredTwice: [] });
    expect(isGood(report)).toBe(true);
  });

  test('every fault was really met', () => {
    for (const effect of report.faults) expect(effect.hits).toBeGreaterThan(0);
    expect(report.faults.map((effect) => effect.fault)).toEqual(allFaults);
  });

  test('says what each fault did', () => {
    const text = reportText(report);
    for (const fault of allFaults) expect(text).toMatch(new RegExp(`${fault}.*\\n.*hit [1-9]`));
  });

  test('the token was renewed in the middle of the day', () => {
    expect(report.tokenRefreshes).toBeGreaterThanOrEqual(2);
  });

  test('a trouble delays cards until it has passed, not longer than its 75 minutes and two visits more', () => {
    for (const { longestDelayMs } of report.faults)
      expect(longestDelayMs).toBeLessThan(75 * MINUTES + 35 * MINUTES);
  });

  test('nothing personal of a buyer is in any card, log, error or state file', () => {
    const everything = storedText(folder) + log.join('\n') + report.cards.map((card) => card.body).join('\n');
    expect(everything).toContain('"order_id"');
    expect(everything).not.toMatch(/canary/i);
  });

  test('no token, secret or bot address is in any card, log, error or state file', () => {
    const everything = storedText(folder) + log.join('\n');
    expect(report.secrets.length).toBeGreaterThanOrEqual(5);
    for (const secret of report.secrets) expect(everything).not.toContain(secret);
  });
});

test('polled every 15 minutes, a shop of 300 orders still loses nothing', async () => {
  const report = await simulateDay({ ...options, ordersPerDay: 300, interval: 15 });
  expect(isGood(report)).toBe(true);
});

test('with 40 calls for the day, cards come late but all come', async () => {
  const report = await simulateDay({ ...options, dailyLimit: 40 });
  expect(isGood(report)).toBe(true);
});

test('a day with a daylight-saving change at AliExpress loses nothing', async () => {
  // Pacific clocks go back at 2026-11-01 09:00 UTC, which is 17:00 in Beijing.
  const report = await simulateDay({ ...options, start: Date.parse('2026-10-31T16:00:00Z') });
  expect(isGood(report)).toBe(true);
});
