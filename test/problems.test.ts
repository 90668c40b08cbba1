import { fail, isProblem, Problem, type ProblemFacts, type ProblemKind, sentence } from '../lib/problems.ts';
import { problemLike } from './support/problem-like.ts';

const NOW = Date.parse('2026-10-09T12:48:00Z');
const MIDNIGHT = Date.parse('2026-10-09T16:00:00Z');
const usedUp = { limit: 200, resetsAt: MIDNIGHT, now: NOW, zone: 'Asia/Shanghai' };

/** Sample facts of every kind; the compiler sees to it that none is left out. */
const samples: ProblemFacts = {
  budget_used_up: usedUp,
  budget_unavailable: {},
  banned: { until: NOW + 2_000, now: NOW },
  aliexpress_unreachable: { reason: 'HTTP 503' },
  token_expired: {},
  reconnect_needed: {},
  app_key_refused: { code: 'IncompleteSignature' },
  permission_missing: { method: 'aliexpress.some.get', code: 'InsufficientPermission' },
  ip_not_allowed: {},
  request_refused: { method: 'aliexpress.some.get', code: 'InvalidParameter' },
  answer_changed: { method: 'aliexpress.some.get', field: 'result.total_count' },
  bad_input: { field: 'Order Number', allowed: { en: 'digits only', zh: '仅限数字' } },
  bad_setting: { setting: 'CLIENT_ID', expected: { en: 'an app key', zh: '应用的 App Key' } },
  already_running: { folder: '/home/me/.local/shop' },
  redirect_uri_mismatch: { given: 'https://a.example/cb', registered: 'https://a.example/cb/' },
  state_lost: {},
  code_refused: { code: 'InvalidCode', redirectUri: 'https://a.example/cb' },
  feishu_address_refused: { code: '19001' },
  feishu_signature_refused: {},
  feishu_ip_refused: {},
  feishu_keyword_missing: {},
  feishu_busy: { code: '11232' },
  feishu_card_refused: { code: '9499' },
  feishu_unreachable: {},
  feishu_answer_lost: {},
};
const kinds = Object.keys(samples) as ProblemKind[];

describe.each(kinds)('%s', (kind) => {
  const facts = samples[kind];

  test('is said in English, with every fact filled in', () => {
    expect(sentence(kind, facts, 'en')).toMatch(/^[^{}|]*[.]$/);
  });

  test('is said in Chinese, with every fact filled in', () => {
    expect(sentence(kind, facts, 'zh')).toMatch(/^(?=.*\p{Script=Han})[^{}|]*[。]$/u);
  });

  test.each(['en', 'zh'] as const)('has no fact without a value in its sentence (%s)', (language) => {
    expect(sentence(kind, facts, language)).not.toMatch(/undefined|null|NaN|\[object/);
  });

  test.each(['en', 'zh'] as const)('names every code, id and name it carries (%s)', (language) => {
    const said = sentence(kind, facts, language);
    const texts = Object.entries(facts)
      .filter(([name]) => name !== 'zone')
      .map(([, value]) => (typeof value === 'object' ? value[language] : value))
      .filter((value) => typeof value === 'string');
    expect(texts.filter((text) => !said.includes(text))).toEqual([]);
  });
});

describe('a budget that is used up', () => {
  test('says how many calls there were, and when there are new ones', () => {
    expect(sentence('budget_used_up', usedUp, 'en')).toBe(
      "Today's 200 AliExpress calls are used up; new calls from 00:00 Beijing time (in 3 h 12 min).",
    );
  });

  test('says so in Chinese', () => {
    expect(sentence('budget_used_up', usedUp, 'zh')).toBe(
      '今天的 200 次速卖通接口调用已用完，北京时间 00:00 起可再次调用（还有 3 小时 12 分钟）。',
    );
  });

  test('names the zone where it is not that of Beijing', () => {
    const facts = { ...usedUp, zone: 'America/Los_Angeles' };
    expect(sentence('budget_used_up', facts, 'en')).toContain('from 09:00 (America/Los_Angeles)');
  });
});

describe('a span of time', () => {
  test.each([
    ['below a minute is said as one', 2_000, 'in 1 min.'],
    ['is rounded up, so that nobody comes back too early', 61_000, 'in 2 min.'],
    ['below an hour is said in minutes', 59 * 60_000, 'in 59 min.'],
    ['of an hour is said in hours', 60 * 60_000, 'in 1 h 0 min.'],
    ['that is over is said as a minute', -5_000, 'in 1 min.'],
  ])('%s', (_, ms, said) => {
    expect(sentence('banned', { until: NOW + ms, now: NOW }, 'en')).toContain(said);
  });
});

describe('a problem', () => {
  test('has the English sentence as its message, then the Chinese one', () => {
    const problem = new Problem('state_lost', {});
    expect(problem.message).toBe(`${sentence('state_lost', {}, 'en')}\n${sentence('state_lost', {}, 'zh')}`);
  });

  test('shows a fact that looks like a placeholder as it is', () => {
    const facts = { given: '{registered} $&', registered: 'https://a.example' };
    expect(sentence('redirect_uri_mismatch', facts, 'en')).toContain('"{registered} $&"');
  });

  test('is thrown with its kind and its facts', () => {
    expect(() => fail('feishu_busy', { code: '11232' })).toThrow(
      problemLike('feishu_busy', { code: '11232' }),
    );
  });

  test('is told from other errors', () => {
    expect(isProblem(new Error('state_lost'))).toBe(false);
  });

  test('is a problem, whatever its kind', () => {
    expect(isProblem(new Problem('state_lost', {}))).toBe(true);
  });

  test('is told by its kind among several', () => {
    expect(isProblem(new Problem('state_lost', {}), 'banned', 'state_lost')).toBe(true);
  });

  test('is not of a kind that is not its own', () => {
    expect(isProblem(new Problem('state_lost', {}), 'banned')).toBe(false);
  });
});
