import { join } from 'node:path';
import { MINUTE } from '../lib/runtime.ts';
import { sqliteStore } from '../lib/stores/sqlite.ts';
import { allFaults, type DayOptions, type DayReport, simulateDay } from '../sandbox/day.ts';
import { dayText, hasPassed } from '../sandbox/day-report.ts';
import { writeReportFiles } from '../sandbox/report-files.ts';
import { storedText } from './support/stored-text.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';

const options: DayOptions = {
  seed: 3,
  curve: 'olist',
  ordersPerDay: 100,
  interval: 2,
  dailyLimit: 200,
  faults: [],
  tokenExpires: false,
};

describe('Simulated day without faults', () => {
  let report: DayReport;
  beforeAll(async () => {
    report = await simulateDay(options);
  });

  test('Every order of a day is delivered exactly once', () => {
    expect(report.placed).toBeGreaterThan(50);
    expect(report).toMatchObject({
      delivered: report.placed,
      missed: [],
      duplicates: [],
      falseAlerts: [],
    });
  });

  test('A day uses nearly all of its 200 calls and none beyond them', () => {
    expect(report.calls[0]?.total).toBeLessThanOrEqual(200);
    expect(report.calls[0]?.total).toBeGreaterThanOrEqual(190);
    expect(report).toMatchObject({ overLimit: 0, bans: 0 });
  });

  test('The report of a day contains every figure and the calls by method', () => {
    const text = dayText(report);
    for (const label of [
      'Orders placed',
      'Missed',
      'Duplicates',
      'False alerts',
      'Mean delay',
      '95th percentile',
      'Longest delay',
    ]) {
      expect(text).toContain(label);
    }
    expect(text).toContain('aliexpress.trade.seller.orderlist.get');
  });

  test.each([
    ['missed', { missed: ['8201'] }, 'Missed / 漏报: 8201'],
    ['duplicate', { duplicates: ['8201'] }, 'Duplicates / 重复: 8201'],
    ['false', { falseAlerts: ['8201'] }, 'False alerts / 误报: 8201'],
  ])('A day with a %s card fails and its report names the order', (_, changes, line) => {
    const failed = { ...report, ...changes };
    expect(hasPassed(failed)).toBe(false);
    expect(dayText(failed).split('\n').at(-1)).toBe(line);
  });
});

describe('Simulated day with every fault and an expiring token', () => {
  let folder: TemporaryFolder;
  let report: DayReport;
  const log: string[] = [];
  beforeAll(async () => {
    folder = temporaryFolder();
    report = await simulateDay({
      ...options,
      interval: 1,
      faults: allFaults,
      tokenExpires: true,
      store: (clock) => sqliteStore(join(folder.path, 'cache.sqlite'), clock),
      onLog: (line) => log.push(line),
    });
    writeReportFiles(folder.path, { ...report, period: report.day, text: dayText(report) }, log);
  });
  afterAll(() => folder.remove());

  test('Every order of a day with faults is delivered exactly once', () => {
    expect(report).toMatchObject({ delivered: report.placed, missed: [], duplicates: [] });
    expect(hasPassed(report)).toBe(true);
  });

  test('Every fault hits calls', () => {
    for (const effect of report.faults) expect(effect.hits).toBeGreaterThan(0);
    expect(report.faults.map((effect) => effect.fault)).toEqual(allFaults);
  });

  test('The report of a day says how many calls each fault has hit', () => {
    const text = dayText(report);
    for (const fault of allFaults) expect(text).toMatch(new RegExp(`${fault}.*\\n.*hit [1-9]`));
  });

  test('The access token is refreshed when it expires during the day', () => {
    expect(report.tokenRefreshes).toBeGreaterThanOrEqual(2);
  });

  test('A fault delays cards by at most 50 minutes beyond its end', () => {
    for (const { from, to, maxDelayMs } of report.faults)
      expect(maxDelayMs).toBeLessThan(to - from + 50 * MINUTE);
  });

  test('No card, log, error or state file contains personal data of a buyer', () => {
    const everything =
      storedText(folder.path) + log.join('\n') + report.cards.map((card) => card.body).join('\n');
    expect(everything).toContain('"order_id"');
    expect(everything).not.toMatch(/canary/i);
  });

  test('No card, log, error or state file contains a token, a secret or the webhook URL', () => {
    const everything = storedText(folder.path) + log.join('\n');
    expect(report.secrets.length).toBeGreaterThanOrEqual(5);
    for (const secret of report.secrets) expect(everything).not.toContain(secret);
  });
});

describe('Simulated day of another shop', () => {
  test('Every order is delivered exactly once at 300 orders per day and a poll every 15 minutes', async () => {
    const report = await simulateDay({ ...options, ordersPerDay: 300, interval: 15 });
    expect(hasPassed(report)).toBe(true);
  });

  test('Every order is delivered exactly once with 40 calls per day', async () => {
    const report = await simulateDay({ ...options, dailyLimit: 40 });
    expect(hasPassed(report)).toBe(true);
  });

  test('Every order is delivered exactly once on a day with a daylight-saving change', async () => {
    // Pacific clocks go back at 2026-11-01 09:00 UTC, which is 17:00 in Beijing.
    const report = await simulateDay({ ...options, start: Date.parse('2026-10-31T16:00:00Z') });
    expect(hasPassed(report)).toBe(true);
  });
});
