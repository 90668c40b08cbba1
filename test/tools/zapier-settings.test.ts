import { missingSettings } from '../../tools/zapier/release/environment.ts';

const KEY = { CLIENT_ID: '512345', CLIENT_SECRET: 'a1b2c3d4e5f6' };

describe('Settings of a new version', () => {
  test('It gets what the version before has and it lacks', () => {
    expect(missingSettings(KEY, { ...KEY, DAILY_CALL_LIMIT: '300' }, {})).toEqual({
      DAILY_CALL_LIMIT: '300',
    });
  });

  test('Its own value counts, and then that of the version before', () => {
    const own = { DAILY_CALL_LIMIT: '500', MESSAGE_LANGUAGE: 'en', PATH: '/bin' };
    expect(missingSettings({ ...KEY, DAILY_CALL_LIMIT: '300' }, { MESSAGE_LANGUAGE: 'zh' }, own)).toEqual({
      MESSAGE_LANGUAGE: 'zh',
    });
  });

  test.each(['SANDBOX_URL', 'ALIEXPRESS_GATEWAY_URL'])('A version for sellers never has %s', (name) => {
    const sandbox = { [name]: 'https://sandbox.example.com' };
    expect(() => missingSettings({ ...KEY, ...sandbox }, {}, {})).toThrow(`env:unset VERSION ${name}`);
    expect(missingSettings(KEY, { ...KEY, ...sandbox }, sandbox)).toEqual({});
  });

  test('A wrong value is named before sellers meet it', () => {
    expect(() => missingSettings({ ...KEY, DAILY_CALL_LIMIT: 'many' }, {}, {})).toThrow('DAILY_CALL_LIMIT');
    expect(() => missingSettings(KEY, {}, { MESSAGE_LANGUAGE: 'english' })).toThrow('both, en or zh');
    expect(() => missingSettings({ CLIENT_ID: '512345' }, {}, {})).toThrow('read -rs CLIENT_SECRET');
  });
});
