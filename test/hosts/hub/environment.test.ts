import { channels } from '../../../channels/index.ts';
import { readEnvironment } from '../../../lib/hosts/hub/environment.ts';
import { problemsIn } from '../../../lib/read-all.ts';
import { operations } from '../../../operations.ts';
import { recipes } from '../../../recipes/index.ts';

const RIGHT = { CLIENT_ID: '512345', CLIENT_SECRET: 'a1b2c3d4e5f6' };

/** What is wrong: kind, setting, and the right spelling. */
function wrongIn(env: Record<string, string>, own: Record<string, string> = {}): unknown[][] {
  try {
    readEnvironment({ ...own, ...env }, own, '/project', { ...operations, channels, recipes });
    return [];
  } catch (error) {
    const problems = problemsIn(error);
    if (!problems) throw error;
    return problems.map((problem) => {
      if (problem.is('unknown_setting')) return [problem.kind, problem.facts.setting, problem.facts.similar];
      return [problem.kind, problem.is('bad_setting') && problem.facts.setting];
    });
  }
}

describe('Environment of the hub', () => {
  test('Settings that are right are read', () => {
    expect(wrongIn(RIGHT)).toEqual([]);
  });

  test.each(['HUB_PORT', 'HUB_PUBLIC_PORT'])('A port that browsers block is refused as %s', (setting) => {
    expect(wrongIn({ ...RIGHT, [setting]: '4190' })).toEqual([['bad_setting', setting]]);
  });

  test.each([
    ['QUOTA_REDIS_URL', { QUOTA_REDIS_URL: 'https://a.upstash.io', QUOTA_REDIS_TOKEN: 'a1b2c3d4' }],
    ['HUB_URL', { HUB_URL: 'https://hub.example.com', HUB_TOKEN: 'key_store_a1b2c3d4' }],
  ])('A counter elsewhere is refused: %s', (setting, env) => {
    expect(wrongIn({ ...RIGHT, ...env })).toEqual([['bad_setting', setting]]);
  });

  test.each([
    ['CLIENT_SECRET', '“a1b2c3d4e5f6”'],
    ['HUB_DATA', '“D:/hub”'],
    ['QUOTA_DAY_ZONE', '‘Asia/Shanghai’'],
    ['HUB_DATA', 'D:/hub」'],
  ])('A value in Chinese quotation marks is refused: %s=%s', (setting, value) => {
    expect(wrongIn({ ...RIGHT, [setting]: value })).toContainEqual(['bad_setting', setting]);
  });

  test('So is a signing secret, which has no form of its own', () => {
    const bot = 'https://open.feishu.cn/open-apis/bot/v2/hook/a1b2c3d4-0000-0000-0000-000000000000';
    const env = { ...RIGHT, FEISHU_WEBHOOK_URL: bot, FEISHU_WEBHOOK_SECRET: '“abcdefgh”' };
    expect(wrongIn(env)).toEqual([['bad_setting', 'FEISHU_WEBHOOK_SECRET']]);
  });

  test('A ticket system on this machine is accepted if its host and port are allowed', () => {
    const env = { ...RIGHT, TICKET_WEBHOOK_URL: 'http://127.0.0.1:4020/tickets' };
    expect(wrongIn(env)).toEqual([['bad_setting', 'TICKET_WEBHOOK_URL']]);
    expect(wrongIn({ ...env, HUB_ALLOWED_TARGETS: '127.0.0.1:4020' })).toEqual([]);
  });

  test('All wrong and missing settings are named at once', () => {
    const env = {
      DAILY_CALL_LIMIT: 'many',
      QUOTA_DAY_ZONE: 'Mars',
      QUOTA_REDIS_URL: 'redis://a',
      HUB_PORT: '0',
      HUB_PUBLIC_URL: 'hub',
      HUB_ALLOWED_TARGETS: 'all',
      HUB_SEARCH_CALLS: 'few',
      HUB_KEEP_DELIVERED_DAYS: '0',
      HUB_KEEP_DAYS: '31',
      HUB_KEEP_IDS_DAYS: '7',
      FEISHU_WEBHOOK_URL: 'https://example.com/bot',
      TICKET_WEBHOOK_URL: 'ftp://example.com',
      LOW_STOCK_PRODUCT_IDS: 'all',
    };
    const missing = ['QUOTA_REDIS_TOKEN', 'CLIENT_ID', 'CLIENT_SECRET'];
    const named = wrongIn(env).map(([, setting]) => String(setting));
    expect(named.sort()).toEqual([...Object.keys(env), ...missing].sort());
  });

  test.each([
    ['HUB_PROT', 'HUB_PORT'],
    ['HUB_PUBLC_URL', 'HUB_PUBLIC_URL'],
    ['HUB_ALLOWED_TARGET', 'HUB_ALLOWED_TARGETS'],
    ['ALIEXPRES_CALLBAK_URL', 'ALIEXPRESS_CALLBACK_URL'],
    ['DAILY_CALLS_LIMIT', 'DAILY_CALL_LIMIT'],
    ['QUOTA_REDIS_ULR', 'QUOTA_REDIS_URL'],
    ['FEISHU_WEBHOK_URL', 'FEISHU_WEBHOOK_URL'],
    ['hub_prot', 'HUB_PORT'],
  ])('The name %s is taken for a misspelled %s', (setting, similar) => {
    expect(wrongIn({ ...RIGHT, [setting]: 'x' })).toEqual([['unknown_setting', setting, similar]]);
  });

  test('A misspelled name is named together with the setting that is missing for it', () => {
    expect(wrongIn({ CLIENT_SECRET: RIGHT.CLIENT_SECRET, CLIENT_IDS: '512345' })).toEqual([
      ['bad_setting', 'CLIENT_ID'],
      ['unknown_setting', 'CLIENT_IDS', 'CLIENT_ID'],
    ]);
  });

  test('A name without its beginning is misspelled in the file .env, and not among those of other programs', () => {
    const redis = { REDIS_URL: 'https://a.example' };
    expect(wrongIn({ ...RIGHT, ...redis })).toEqual([]);
    expect(wrongIn(RIGHT, redis)).toEqual([['unknown_setting', 'REDIS_URL', 'QUOTA_REDIS_URL']]);
  });

  test.each([
    ['is far from every setting', { HUB_HOST: 'x', PATH: '/bin', HUB_KEY: 'x' }],
    ['is blank', { HUB_PROT: ' ' }],
    ['stands next to the right one', { HUB_PORTS: '1', HUB_PORT: '4170' }],
  ])('A name that %s is not misspelled', (_, env) => {
    expect(wrongIn({ ...RIGHT, ...env })).toEqual([]);
  });
});
