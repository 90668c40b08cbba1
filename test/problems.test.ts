import {
  busyReason,
  CLOCK_DIRECTIONS,
  DISK_REASONS,
  fail,
  httpReason,
  isProblem,
  Problem,
  type ProblemFacts,
  type ProblemKind,
  REASONS,
  REFUSAL_REASONS,
  sentence,
} from '../lib/problems.ts';
import { problemLike } from './support/problem-like.ts';

const NOW = Date.parse('2026-10-09T12:48:00Z');
const MIDNIGHT = Date.parse('2026-10-09T16:00:00Z');
const usedUp = { limit: 200, resetsAt: MIDNIGHT, now: NOW, zone: 'Asia/Shanghai' };

const CHANNEL = { en: 'Feishu', zh: '飞书' };

/** Sample facts of every kind; the compiler sees to it that none is left out. */
const samples: ProblemFacts = {
  budget_used_up: usedUp,
  budget_unavailable: {},
  store_forgot: { resetsAt: MIDNIGHT, now: NOW, zone: 'Asia/Shanghai' },
  calls_paused: { until: NOW + 2_000, now: NOW },
  shop_rate_limited: { retryIn: 2_000 },
  app_rate_limited: { retryIn: 60_000 },
  app_quota_used_up: { resetsAt: MIDNIGHT, now: NOW, zone: 'Asia/Shanghai' },
  aliexpress_unreachable: { reason: REASONS.timeout },
  first_check_incomplete: {},
  store_write_failed: {},
  start_not_saved: {},
  token_expired: {},
  reconnect_needed: {},
  token_renewal_pending: {},
  no_calls_to_test: usedUp,
  app_key_refused: { code: 'IncompleteSignature' },
  permission_missing: { method: 'aliexpress.some.get', code: 'InsufficientPermission' },
  ip_not_allowed: {},
  method_retired: { method: 'aliexpress.some.get', code: 'InvalidApiPath' },
  method_changed: { method: 'aliexpress.some.get', code: 'MissingParameter' },
  clock_wrong: { minutes: 480, direction: CLOCK_DIRECTIONS.fast },
  request_refused: { method: 'aliexpress.some.get', code: 'InvalidParameter' },
  aliexpress_rejected: { method: 'aliexpress.some.get', code: 'InvalidParameter' },
  answer_changed: { method: 'aliexpress.some.get', field: 'result.total_count' },
  data_unreadable: { method: 'aliexpress.some.get', field: 'placed_at', share: 20 },
  bad_input: { field: { en: 'Order', zh: '订单' }, allowed: { en: 'digits only', zh: '仅限数字' } },
  unknown_time_zone: { value: 'Asia/Atlantis' },
  bad_setting: { setting: 'CLIENT_ID', expected: { en: 'an app key', zh: '应用的 App Key' } },
  unknown_setting: { setting: 'HUB_PROT', similar: 'HUB_PORT' },
  already_running: { folder: '/home/me/.local/shop' },
  sqlite_too_old: { version: '3.50.1', oldest: '3.51.3' },
  database_too_new: { file: '/home/me/.local/hub/hub.sqlite' },
  database_damaged: { file: '/home/me/.local/hub/hub.sqlite' },
  database_locked: { file: '/home/me/.local/hub/hub.sqlite' },
  disk_unwritable: { folder: '/home/me/.local/hub', reason: DISK_REASONS.full },
  backup_unusable: { file: '/home/me/hub.backup' },
  backup_altered: {
    file: '/home/me/hub.backup',
    differences: { en: 'table events is missing', zh: '表 events 缺失' },
  },
  file_exists: { file: '/home/me/hub.backup' },
  target_refused: {
    address: 'https://192.168.1.20/hook',
    reason: { en: 'the address is private', zh: '该地址是内网地址' },
  },
  key_refused: {},
  too_many_requests: { retryIn: 60_000 },
  too_many_subscriptions: { limit: 300 },
  search_calls_used_up: { ...usedUp, limit: 40 },
  set_up_refused: {},
  origin_refused: {},
  not_found: { what: { en: 'The subscription', zh: '该订阅' } },
  redirect_uri_mismatch: { given: 'https://a.example/cb', registered: 'https://a.example/cb/' },
  state_lost: {},
  code_refused: { code: 'InvalidCode', redirectUri: 'https://a.example/cb' },
  authorization_denied: {},
  authorization_code_missing: {},
  channel_address_refused: { channel: CHANNEL, code: '19001' },
  channel_signature_refused: { channel: CHANNEL },
  channel_ip_refused: { channel: CHANNEL },
  channel_keyword_missing: { channel: CHANNEL },
  channel_busy: { channel: CHANNEL, code: '11232', retryIn: 60_000 },
  channel_message_refused: { channel: CHANNEL, code: '9499', reason: REFUSAL_REASONS.bad_format },
  channel_message_too_long: { channel: CHANNEL, limit: 20_480 },
  channel_unreachable: { channel: CHANNEL },
  channel_answer_lost: { channel: CHANNEL },
  ticket_unreachable: { reason: REASONS.timeout },
  ticket_refused: { status: 422 },
};
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
