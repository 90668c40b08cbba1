import fc from 'fast-check';
import { readAppKey, readSettings } from '../lib/settings.ts';
import { problemLike } from './support/problem-like.ts';

const APP_KEY = { CLIENT_ID: '512345', CLIENT_SECRET: 'a1b2c3d4e5f6' };

describe('Default settings', () => {
  test('Defaults are the current gateway and 200 calls a day in Beijing', () => {
    expect(readSettings({})).toEqual({
      gatewayUrl: 'https://api-sg.aliexpress.com',
      dailyCallLimit: 200,
      quotaDayZone: 'Asia/Shanghai',
    });
  });
});

describe('Valid setting', () => {
  test.each([
    ['ALIEXPRESS_GATEWAY_URL', 'http://127.0.0.1:4010/', { gatewayUrl: 'http://127.0.0.1:4010' }],
    ['SANDBOX_URL', 'https://sandbox.example.com/', { gatewayUrl: 'https://sandbox.example.com' }],
    ['DAILY_CALL_LIMIT', '5000', { dailyCallLimit: 5000 }],
    ['APP_DAILY_CALL_LIMIT', '5000', { appDailyCallLimit: 5000 }],
    ['QUOTA_DAY_ZONE', 'America/Los_Angeles', { quotaDayZone: 'America/Los_Angeles' }],
    ['ALIEXPRESS_CALLBACK_URL', 'https://a.example/cb/', { callbackUrl: 'https://a.example/cb/' }],
    ['CHANNEL_TEST_ORIGIN', 'http://localhost:4010', { channelTestOrigin: 'http://localhost:4010' }],
    ['CHANNEL_TEST_ORIGIN', 'http://[::1]:4010/', { channelTestOrigin: 'http://[::1]:4010' }],
    [
      'TRACKER_API_URL',
      'http://127.0.0.1:4011/track/v2.4/',
      { trackerUrl: 'http://127.0.0.1:4011/track/v2.4' },
    ],
    ['DAILY_CALL_LIMIT', '100000', { dailyCallLimit: 100_000 }],
  ])('The setting %s accepts %j', (name, value, read) => {
    expect(readSettings({ [name]: value })).toMatchObject(read);
  });

  test.each([
    ['https://eu1-a.upstash.io', 'https://eu1-a.upstash.io'],
    ['https://eu1-a.upstash.io/', 'https://eu1-a.upstash.io'],
    ['https://a.example:8443/redis/', 'https://a.example:8443/redis'],
    ['http://127.0.0.1:8079', 'http://127.0.0.1:8079'],
    ['http://localhost', 'http://localhost'],
  ])('The setting QUOTA_REDIS_URL accepts %j', (given, url) => {
    const env = { QUOTA_REDIS_URL: given, QUOTA_REDIS_TOKEN: ' a1b2c3d4 ' };
    expect(readSettings(env).quotaRedis).toEqual({ url, token: 'a1b2c3d4' });
  });

  test.each([
    'DAILY_CALL_LIMIT',
    'APP_DAILY_CALL_LIMIT',
    'QUOTA_DAY_ZONE',
    'ALIEXPRESS_CALLBACK_URL',
    'CHANNEL_TEST_ORIGIN',
    'TRACKER_API_URL',
  ])('A blank %s counts as not set', (name) => {
    expect(readSettings({ [name]: ' ' })).toEqual(readSettings({}));
  });

  test('An empty ALIEXPRESS_GATEWAY_URL counts as not set', () => {
    expect(readSettings({ ALIEXPRESS_GATEWAY_URL: '' })).toEqual(readSettings({}));
  });

  test('Blanks around a setting are ignored', () => {
    expect(readSettings({ DAILY_CALL_LIMIT: ' 150\n' }).dailyCallLimit).toBe(150);
  });
});

describe('Malformed setting', () => {
  test.each([
    [
      'ALIEXPRESS_GATEWAY_URL',
      'https://eco.taobao.com',
      'the current AliExpress gateway, https://api-sg.aliexpress.com',
    ],
    ['SANDBOX_URL', 'https://api-sg.aliexpress.com', 'the https address of a sandbox for reviewers'],
    ['SANDBOX_URL', 'http://sandbox.example.com', 'the https address of a sandbox for reviewers'],
    ['DAILY_CALL_LIMIT', '0', 'the number of calls AliExpress allows a day, such as 200'],
    ['DAILY_CALL_LIMIT', '1.5', 'the number of calls AliExpress allows a day, such as 200'],
    ['DAILY_CALL_LIMIT', '100001', 'the number of calls AliExpress allows a day, such as 200'],
    ['APP_DAILY_CALL_LIMIT', '0', 'the number of calls AliExpress allows the app a day for all its shops'],
    ['DAILY_CALL_LIMIT', 'unlimited', 'the number of calls AliExpress allows a day, such as 200'],
    ['QUOTA_DAY_ZONE', 'Beijing', 'a time zone name, such as Asia/Shanghai'],
    ['ALIEXPRESS_CALLBACK_URL', 'a.example/cb', 'a URL, exactly as registered in the App Console'],
    [
      'CHANNEL_TEST_ORIGIN',
      'https://open.feishu.cn',
      'an address on this machine, such as http://127.0.0.1:4010',
    ],
    ['CHANNEL_TEST_ORIGIN', 'http://127.0.0.1', 'an address on this machine, such as http://127.0.0.1:4010'],
    [
      'CHANNEL_TEST_ORIGIN',
      'http://127.0.0.1:4010/x',
      'an address on this machine, such as http://127.0.0.1:4010',
    ],
  ])('The error for %s=%s names the setting and the expected value', (name, value, expected) => {
    expect(() => readSettings({ [name]: value })).toThrow(
      `${name} is missing or invalid. Expected: ${expected}`,
    );
  });
});

describe('Number of calls', () => {
  test.each([
    '1e3',
    '0x10',
    '0b11',
    '0200',
    '+5',
    '-5',
    '200.0',
    '1_000',
    '1,000',
    '٢٠٠',
    '２００',
    'Infinity',
    '2 00',
  ])('The number of calls is not %j', (text) => {
    expect(() => readSettings({ DAILY_CALL_LIMIT: text })).toThrow('DAILY_CALL_LIMIT');
  });

  test('A number of calls is accepted only as it is written in decimal', () => {
    const digits = fc.array(fc.constantFrom(...'0123456789exXbo+-._ ,٢'), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          digits.map((found) => found.join('')),
        ),
        (text) => {
          if (text.trim() === '') return;
          try {
            expect(String(readSettings({ DAILY_CALL_LIMIT: text }).dailyCallLimit)).toBe(text.trim());
          } catch (error) {
            expect(error).toEqual(problemLike('bad_setting', { setting: 'DAILY_CALL_LIMIT' }));
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('Address of Redis', () => {
  test.each([
    ['a user that looks like an address of this machine', 'http://127.0.0.1:80@evil.example/'],
    ['a user that looks like a host', 'https://eu1-a.upstash.io@evil.example/'],
    ['plain http', 'http://eu1-a.upstash.io'],
    ['the protocol of Redis', 'rediss://eu1-a.upstash.io'],
    ['a query', 'https://eu1-a.upstash.io/?a=1'],
    ['a fragment', 'https://eu1-a.upstash.io/#a'],
    ['a blank', 'https://eu1-a.upstash.io/a b'],
    ['empty', ''],
  ])('An address with %s is refused', (_, url) => {
    expect(() => readSettings({ QUOTA_REDIS_URL: url, QUOTA_REDIS_TOKEN: 'a1b2c3d4' })).toThrow(
      problemLike('bad_setting', { setting: 'QUOTA_REDIS_URL' }),
    );
  });

  test('An address without a token is refused', () => {
    expect(() => readSettings({ QUOTA_REDIS_URL: 'https://eu1-a.upstash.io' })).toThrow(
      problemLike('bad_setting', { setting: 'QUOTA_REDIS_TOKEN' }),
    );
  });
});

describe('App key', () => {
  test('The app key is read from CLIENT_ID and CLIENT_SECRET without blanks', () => {
    expect(readAppKey({ CLIENT_ID: ' 512345 ', CLIENT_SECRET: 'a1b2c3d4e5f6\n' })).toEqual({
      appKey: '512345',
      appSecret: 'a1b2c3d4e5f6',
    });
  });

  const digits = 'the AliExpress app key from the App Console, digits only';
  const secret = 'the AliExpress app secret from the App Console, at least 8 characters without spaces';
  test.each([
    ['CLIENT_ID', 'missing', undefined, digits],
    ['CLIENT_ID', 'empty', '', digits],
    ['CLIENT_ID', 'a word', 'my-app', digits],
    ['CLIENT_ID', 'too short', '123', digits],
    ['CLIENT_SECRET', 'missing', undefined, secret],
    ['CLIENT_SECRET', 'too short', 'abc', secret],
    ['CLIENT_SECRET', 'in two words', 'a1b2c3d4 e5f6', secret],
  ])('The app key is refused where %s is %s', (name, _, value, expected) => {
    expect(() => readAppKey({ ...APP_KEY, [name]: value })).toThrow(
      `${name} is missing or invalid. Expected: ${expected}.`,
    );
  });

  test('The error does not show the refused app secret', () => {
    expect(() => readAppKey({ ...APP_KEY, CLIENT_SECRET: 'two words' })).toThrow(/^(?!.*two words)/s);
  });
});
