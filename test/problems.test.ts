import {
  busyReason,
  fail,
  httpReason,
  isProblem,
  Problem,
  type ProblemKind,
  REFUSAL_REASONS,
  sentence,
} from '../lib/problems.ts';
import { problemLike } from './support/problem-like.ts';
import { NOW, samples, usedUp } from './support/problem-samples.ts';

const kinds = Object.keys(samples) as ProblemKind[];
const languages = ['en', 'zh'] as const;
const cases = kinds.flatMap((kind) => languages.map((language) => [kind, language] as const));

/** Facts that decide what a sentence says and do not stand in it. */
const UNSAID: Partial<Record<ProblemKind, readonly string[]>> = {
  budget_used_up: ['zone'],
  app_quota_used_up: ['zone'],
  no_calls_to_test: ['zone'],
  search_calls_used_up: ['zone'],
  store_forgot: ['zone'],
  request_refused: ['method'],
};

describe('Sentence of a problem', () => {
  test.each(kinds)('The English sentence of %s is complete and in Latin script', (kind) => {
    expect(sentence(kind, samples[kind], 'en')).toMatch(/^[^{}|\p{Script=Han}]*[.?]$/u);
  });

  test.each(kinds)('The Chinese sentence of %s is complete and in Chinese', (kind) => {
    expect(sentence(kind, samples[kind], 'zh')).toMatch(/^(?=.*\p{Script=Han})[^{}|]*[。？]$/u);
  });

  test.each(cases)('The sentence of %s has a value for every fact (%s)', (kind, language) => {
    expect(sentence(kind, samples[kind], language)).not.toMatch(/undefined|null|NaN|\[object/);
  });

  test.each(cases)('The sentence of %s names its codes, ids and names (%s)', (kind, language) => {
    const text = sentence(kind, samples[kind], language);
    const facts = Object.entries(samples[kind])
      .filter(([name]) => !UNSAID[kind]?.includes(name))
      .map(([, value]) => (typeof value === 'object' ? value[language] : value))
      .filter((value) => typeof value === 'string');
    expect(facts.filter((fact) => !text.includes(fact))).toEqual([]);
  });

  test('A fact that looks like a placeholder is shown as it is', () => {
    const facts = { given: '{registered} $&', registered: 'https://a.example' };
    expect(sentence('redirect_uri_mismatch', facts, 'en')).toContain('"{registered} $&"');
  });

  test('The number of calls and the time of the next ones are in the sentence of a used-up budget', () => {
    expect(sentence('budget_used_up', usedUp, 'en')).toBe(
      "Today's 200 AliExpress calls are used up. New calls are available at 00:00 Beijing time (in 3 h 12 min).",
    );
  });

  test('The Chinese sentence of a used-up budget names the same number and time', () => {
    expect(sentence('budget_used_up', usedUp, 'zh')).toBe(
      '今日 200 次速卖通接口调用已用完，北京时间 00:00 起可再次调用（还有 3 小时 12 分钟）。',
    );
  });

  test('The time of the next calls is followed by its zone if that is not Beijing', () => {
    const facts = { ...usedUp, zone: 'America/Los_Angeles' };
    expect(sentence('budget_used_up', facts, 'en')).toContain('at 09:00 (America/Los_Angeles)');
  });

  test.each([
    [2_000, 'in 1 min;'],
    [61_000, 'in 2 min;'],
    [59 * 60_000, 'in 59 min;'],
    [60 * 60_000, 'in 1 h 0 min;'],
    [-5_000, 'in 1 min;'],
  ])('A time that is %d ms away is rounded up to minutes: "%s"', (ms, span) => {
    expect(sentence('calls_paused', { until: NOW + ms, now: NOW }, 'en')).toContain(span);
  });
});

describe('Reason', () => {
  const reasons = [...Object.values(REFUSAL_REASONS), httpReason(503), busyReason('ServiceUnavailable')];

  test.each(reasons)(
    'The sentence of a failed call contains the reason "$en" in both languages',
    (reason) => {
      expect(sentence('aliexpress_unreachable', { reason }, 'en')).toContain(`(${reason.en})`);
      expect(sentence('aliexpress_unreachable', { reason }, 'zh')).toContain(`（${reason.zh}）`);
    },
  );
});

describe('Problem', () => {
  test('The message of a problem is the English sentence, then the Chinese one', () => {
    const problem = new Problem('state_lost', {});
    expect(problem.message).toBe(`${sentence('state_lost', {}, 'en')}\n${sentence('state_lost', {}, 'zh')}`);
  });

  test('A problem is thrown with its kind and its facts', () => {
    expect(() => fail('app_key_refused', { code: '29' })).toThrow(
      problemLike('app_key_refused', { code: '29' }),
    );
  });

  test('Another error is not a problem', () => {
    expect(isProblem(new Error('state_lost'))).toBe(false);
  });

  test('A problem is recognized without naming a kind', () => {
    expect(isProblem(new Problem('state_lost', {}))).toBe(true);
  });

  test('A problem is recognized when its kind is one of several', () => {
    expect(isProblem(new Problem('state_lost', {}), 'calls_paused', 'state_lost')).toBe(true);
  });

  test('A problem of another kind is not recognized', () => {
    expect(isProblem(new Problem('state_lost', {}), 'calls_paused')).toBe(false);
  });
});
