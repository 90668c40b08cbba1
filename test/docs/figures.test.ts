import { recipes } from '../../recipes/index.ts';
import { duration, figuresText, withFigures } from '../../tools/docs/figures.ts';
import { withoutValues, withValues } from '../../tools/docs/page-values.ts';
import type { Report } from '../../tools/docs/reports.ts';
import { read, withoutCode } from '../support/repository.ts';

const result = (
  key: string,
  changes: Partial<Report['recipes'][number]> = {},
): Report['recipes'][number] => ({
  key,
  expected: 10,
  delivered: 10,
  under_way: 0,
  before_start: 0,
  missed: 0,
  duplicates: 0,
  false_alerts: 0,
  mean_delay_s: 61,
  max_delay_s: 3700,
  ...changes,
});
const report = (results: Report['recipes'], totals = [190, 200]): Report => ({
  recipes: results,
  calls: totals.map((total, day) => ({ day: `2026-10-0${day + 1}`, total, methods: {} })),
});
const day = report([result('new_order_to_feishu')], [150]);

describe('Duration', () => {
  test.each([
    [4, '4 s', '4 秒'],
    [224, '3 min 44 s', '3 分 44 秒'],
    [300, '5 min', '5 分'],
    [19_821, '5 h 30 min', '5 小时 30 分'],
    [0.2, '0 s', '0 秒'],
    [null, '–', '–'],
  ])('A duration of %s seconds is written as "%s"', (seconds, en, zh) => {
    expect([duration(seconds, 'en'), duration(seconds, 'zh')]).toEqual([en, zh]);
  });
});

describe('Figures', () => {
  test('A recipe is named by its title, with its figures in one row', () => {
    const week = report([result('new_order_to_feishu', { missed: 0, duplicates: 1, false_alerts: 2 })]);
    expect(figuresText(week, day, recipes, 'en')).toContain(
      '| New order → Feishu | 10 | 10 | 0 | 0 | 0 | 1 | 2 | 1 min 1 s | 1 h 1 min |',
    );
  });

  test('The number of calls is that of the day with the most calls', () => {
    const week = report([result('new_order_to_feishu')], [187, 200, 195]);
    expect(figuresText(week, day, recipes, 'en')).toContain('No day used more than 200 calls');
    expect(figuresText(week, day, recipes, 'zh')).toContain('每天最多调用接口 200 次');
  });

  test('A missed review is accepted, because reviews are returned one order at a time', () => {
    const week = report([
      result('bad_review_to_ticket', { delivered: 4, under_way: 3, before_start: 1, missed: 2 }),
    ]);
    expect(figuresText(week, day, recipes, 'en')).toContain('| Bad review → ticket | 10 | 4 | 3 | 1 | 2 |');
  });

  test('A missed order is refused, because the page explains no missed orders', () => {
    const week = report([result('new_order_to_feishu', { delivered: 9, missed: 1 })]);
    expect(() => figuresText(week, day, recipes, 'en')).toThrow(/missed events of new_order_to_feishu/);
  });

  test('Figures of which the outcomes do not add up are refused', () => {
    const week = report([result('bad_review_to_ticket', { delivered: 8, missed: 1 })]);
    expect(() => figuresText(week, day, recipes, 'en')).toThrow(/bad_review_to_ticket.*do not add up/);
  });

  test('Text between the markers of a page is replaced, and nothing else', () => {
    const markers = /<!-- Figures[^>]*-->|<!-- End of the figures\. -->/g;
    const page = withFigures(
      'before\n\n<!-- Figures: written by `npm run docs` from docs/figures. -->\n\nold\n\n<!-- End of the figures. -->\n\nafter\n',
      'new',
    );
    expect(page.replace(markers, '').split(/\n+/)).toEqual(['before', 'new', 'after', '']);
  });

  test('A page without markers is an error', () => {
    expect(() => withFigures('no markers', 'new')).toThrow(/no markers/);
  });
});

describe.each(['README.md', 'README.zh-CN.md'])('Sentences of %s', (page) => {
  test('have no figure that was written by hand', () => {
    const [text = ''] = read(page).split('<!-- Figures');
    const sentences = withoutCode(withoutValues(text))
      .replace(/<img[^>]*>/g, '')
      .replace(/\]\([^)]*\)/g, ']')
      .replace(/^ *\d\. /gm, '');
    expect(sentences.match(/(?<![A-Za-z\d])\d+(?![\dA-Z])/g) ?? []).toEqual([]);
  });

  test('come in the order in which a newcomer asks', () => {
    const headings = [...withoutCode(read(page)).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(
      page === 'README.md'
        ? ['See it run', 'For a seller', 'For a publisher', 'On one machine', 'Limits']
        : ['先看运行效果', '卖家', '发布者', '在自己的电脑上运行', '限制'],
    );
  });
});

describe('Values in sentences', () => {
  test('A value is written where its name stands', () => {
    expect(withValues('a <!-- =calls -->7<!-- = --> b')).toBe('a <!-- =calls -->200<!-- = --> b');
  });

  test('An unknown name is an error', () => {
    expect(() => withValues('<!-- =nope -->7<!-- = -->')).toThrow(/no value nope/);
  });
});
