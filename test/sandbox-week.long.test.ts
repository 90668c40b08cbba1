import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteStore } from '../lib/stores/sqlite.ts';
import { writeReportFiles } from '../sandbox/report-files.ts';
import { isGuaranteed, simulateWeek, type WeekReport } from '../sandbox/week.ts';
import { failures, periodOf, weekText } from '../sandbox/week-report.ts';
import { storedText } from './support/stored-text.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';

describe('Two days of all recipes with 200 calls a day', () => {
  let folder: TemporaryFolder;
  let report: WeekReport;
  const log: string[] = [];
  beforeAll(async () => {
    folder = temporaryFolder();
    report = await simulateWeek({
      seed: 108,
      curve: 'olist',
      ordersPerDay: 40,
      historyDays: 25,
      days: 2,
      interval: 30,
      dailyLimit: 200,
      folder: folder.path,
      store: (clock) => sqliteStore(join(folder.path, 'cache.sqlite'), clock),
      onLog: (line) => log.push(line),
    });
    writeReportFiles(folder.path, { ...report, period: periodOf(report), text: weekText(report) }, log);
  });
  afterAll(() => folder.remove());

  test('All recipes together keep every guarantee', () => {
    expect(failures(report)).toEqual([]);
  });

  test('At least one event is expected for each recipe, but in quiet days no alert', () => {
    const idle = report.recipes.filter(({ expected }) => expected === 0);
    expect(idle.map(({ recipe }) => recipe.key)).toEqual(['account_alert_to_feishu']);
  });

  test('Each day uses at most 200 calls', () => {
    expect(Math.max(...report.calls.map(({ total }) => total))).toBeLessThanOrEqual(200);
  });

  test('The first day uses nearly all of its calls', () => {
    expect(report.calls[0]?.total).toBeGreaterThan(170);
  });

  test('Some of the bad reviews are found', () => {
    expect(report.reviews.found).toBeGreaterThan(0);
  });

  test('Found, under way, before the start and missed add up to what was expected', () => {
    const sums = report.recipes.map(
      ({ delivered, underWay, beforeStart, missed }) =>
        delivered + underWay.length + beforeStart.length + missed.length,
    );
    expect(sums).toEqual(report.recipes.map(({ expected }) => expected));
    const { expected, found, underWay, beforeStart, missed } = report.reviews;
    expect(found + underWay + beforeStart + missed).toBe(expected);
  });

  test('Only records that are read one at a time are under way or from before the start', () => {
    const others = report.recipes.filter(isGuaranteed);
    expect(others.flatMap(({ underWay, beforeStart }) => [...underWay, ...beforeStart])).toEqual([]);
    expect(report.reviews.underWay + report.parcels.underWay).toBeGreaterThan(0);
  });

  test('All workflows are polled for a day after the last one', () => {
    expect(report.calls.map(({ day }) => day)).toEqual(['2026-10-07', '2026-10-08', '2026-10-09']);
  });

  test('The report of many days shows the mean and the highest number of calls', () => {
    const calls = Array.from({ length: 9 }, (_, n) => ({
      day: `2026-10-${String(n + 1).padStart(2, '0')}`,
      total: 100 + n,
      methods: { list: 100 + n },
    }));
    const lines = weekText({ ...report, calls }).split('\n');
    const table = lines.slice(lines.findIndex((line) => line.includes('Calls per day')));
    expect(table.slice(0, 3).map((line) => line.trim().split(/ {2,}/).slice(0, 2))).toEqual([
      ['mean', 'max'],
      ['104.0', '108'],
      ['104.0', '108'],
    ]);
  });

  test('The report says how the calls of each day are split', () => {
    const orders = report.split.find(({ feed }) => feed === 'orders');
    expect(orders?.planned).toBeGreaterThan(0);
    expect(orders?.spent).toBeGreaterThan(0);
  });

  test('The report says how many calls would find every review and every stalled parcel', () => {
    expect(Math.min(report.reviews.callsForAll, report.parcels.callsForAll)).toBeGreaterThan(0);
  });

  test('The report lists every recipe in both languages', () => {
    const text = readFileSync(join(folder.path, 'report.txt'), 'utf8');
    const absent = report.recipes.filter(
      ({ recipe }) => !text.includes(`${recipe.title.en} / ${recipe.title.zh}`),
    );
    expect(absent).toEqual([]);
  });

  test('The cards are written as one page', () => {
    const page = readFileSync(join(folder.path, 'cards.html'), 'utf8');
    expect(page.match(/<article>/g)).toHaveLength(report.cards.length);
  });

  test('No file and no log line contains personal data of a buyer', () => {
    const everything = storedText(folder.path) + log.join('\n');
    expect(everything).toContain('"order_id"');
    expect(everything).not.toMatch(/canary/i);
  });

  test('No file and no log line contains a token, a secret or the webhook URL', () => {
    const everything = storedText(folder.path) + log.join('\n');
    expect(report.secrets.filter((secret) => everything.includes(secret))).toEqual([]);
  });

  describe('Failed run', () => {
    const changed = (key: string, changes: object): WeekReport => ({
      ...report,
      recipes: report.recipes.map((each) => (each.recipe.key === key ? { ...each, ...changes } : each)),
    });

    test.each([
      ['a missed order', () => changed('new_order_to_feishu', { missed: ['8201'] }), /^Missed .*8201$/],
      [
        'a duplicate order',
        () => changed('paid_order_to_sheet', { duplicates: ['8201'] }),
        /^Duplicates .*8201$/,
      ],
      [
        'a false alert',
        () => changed('customs_stall_to_feishu', { falseAlerts: ['LP1'] }),
        /^False alerts .*LP1$/,
      ],
      [
        'a delivery without an event',
        () => ({ ...report, unexpected: ['card'] }),
        /^Deliveries without an event .*card$/,
      ],
      ['a refused call', () => ({ ...report, overLimit: 1 }), /^Calls beyond the limit .*1/],
      ['a day over the limit', () => ({ ...report, limit: 150 }), /^Calls beyond the limit .*2026-10-07/],
    ])('A run with %s is reported as failed', (_, failed, line) => {
      expect(failures(failed())).toEqual([expect.stringMatching(line)]);
    });

    test('A run that missed a review beyond the call budget is not reported as failed', () => {
      expect(failures(changed('bad_review_to_ticket', { missed: ['1'] }))).toEqual([]);
    });

    test('The report of a failed run ends with the failures', () => {
      const text = weekText(changed('new_order_to_feishu', { missed: ['8201'] }));
      expect(text.split('\n').slice(-2)).toEqual([
        'The run failed: / 未通过：',
        expect.stringContaining('8201'),
      ]);
    });
  });
});
