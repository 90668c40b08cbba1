import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { sqliteStore } from '../lib/stores/sqlite.ts';
import { simulateWeek, type WeekReport } from '../sandbox/week.ts';
import { brokenPromises, keepWeek, weekText } from '../sandbox/week-report.ts';
import { storedText } from './support/stored-text.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';

jest.setTimeout(600_000);

describe('Two days of all recipes under 200 calls a day', () => {
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
      interval: 15,
      dailyLimit: 200,
      folder: folder.path,
      store: (clock) => sqliteStore(join(folder.path, 'cache.sqlite'), clock),
      memoryPath: join(folder.path, 'platform.sqlite'),
      onLog: (line) => log.push(line),
    });
    keepWeek(folder.path, report, log);
  });
  afterAll(() => folder.remove());

  test('keep every promise', () => {
    expect(brokenPromises(report)).toEqual([]);
  });

  test('have something to tell for every recipe', () => {
    expect(report.recipes.filter(({ due }) => due === 0)).toEqual([]);
  });

  test('take no more than the 200 calls of each day', () => {
    const used = report.calls.map(({ byMethod }) => Object.values(byMethod).reduce((sum, n) => sum + n, 0));
    expect(Math.max(...used)).toBeLessThanOrEqual(200);
  });

  test('use nearly all of them', () => {
    const [first] = report.calls.map(({ byMethod }) =>
      Object.values(byMethod).reduce((sum, n) => sum + n, 0),
    );
    expect(first).toBeGreaterThan(170);
  });

  test('find some of the bad reviews', () => {
    expect(report.reviews.found).toBeGreaterThan(0);
  });

  test('say of reviews and parcels what it would take to find all of them', () => {
    expect(Math.min(report.reviews.callsForAll, report.parcels.callsForAll)).toBeGreaterThan(0);
  });

  test('leave a report with every recipe in both languages', () => {
    const text = readFileSync(join(folder.path, 'report.txt'), 'utf8');
    const absent = report.recipes.filter(
      ({ recipe }) => !text.includes(`${recipe.title.en} / ${recipe.title.zh}`),
    );
    expect(absent).toEqual([]);
  });

  test('leave the cards as a page', () => {
    const page = readFileSync(join(folder.path, 'cards.html'), 'utf8');
    expect(page.match(/<article>/g)).toHaveLength(report.cards.length);
  });

  test('leave nothing personal of a buyer in any file or line', () => {
    const everything = storedText(folder.path) + log.join('\n');
    expect(everything).toContain('"order_id"');
    expect(everything).not.toMatch(/canary/i);
  });

  test('leave no token, secret or address in any file or line', () => {
    const everything = storedText(folder.path) + log.join('\n');
    expect(report.secrets.filter((secret) => everything.includes(secret))).toEqual([]);
  });

  describe('that went otherwise', () => {
    const changed = (key: string, changes: object): WeekReport => ({
      ...report,
      recipes: report.recipes.map((each) => (each.recipe.key === key ? { ...each, ...changes } : each)),
    });

    test.each([
      ['an order was lost', () => changed('new_order_to_feishu', { lost: ['8201'] }), /^Lost .*8201$/],
      ['an order came twice', () => changed('paid_order_to_sheet', { twice: ['8201'] }), /^Twice .*8201$/],
      ['an alert was false', () => changed('customs_stall_to_feishu', { wrong: ['LP1'] }), /^False .*LP1$/],
      ['something arrived unasked', () => ({ ...report, strays: ['card'] }), /^Arrived without .*card$/],
      ['AliExpress refused a call', () => ({ ...report, overLimit: 1 }), /^Calls beyond the limit .*1/],
      ['a day took more calls', () => ({ ...report, limit: 150 }), /^Calls beyond the limit .*2026-10-07/],
    ])('say so: %s', (_, of, words) => {
      expect(brokenPromises(of())).toEqual([expect.stringMatching(words)]);
    });

    test('do not take for broken what was never promised: a review that was not found', () => {
      expect(brokenPromises(changed('bad_review_to_ticket', { lost: ['1'] }))).toEqual([]);
    });

    test('end the report with what was broken', () => {
      const text = weekText(changed('new_order_to_feishu', { lost: ['8201'] }));
      expect(text.split('\n').slice(-2)).toEqual([
        'The week did not go as promised. / 未达到承诺。',
        expect.stringContaining('8201'),
      ]);
    });
  });
});
