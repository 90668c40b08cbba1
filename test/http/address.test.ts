import fc from 'fast-check';
import { readGatewayUrl } from '../../lib/aliexpress/gateway-url.ts';
import { isLoopback, isOrigin, isPrivate, parseAddress } from '../../lib/http/address.ts';
import { isProblem } from '../../lib/problems.ts';
import { readSettings, readTicketAddress } from '../../lib/settings.ts';

describe('Address', () => {
  test.each([
    'https://a.example',
    'https://a.example/',
    'HTTPS://A.example/Path?key=Value#part',
    'http://127.0.0.1:4010',
    'http://127.0.0.1:80/',
    'https://a.example:443/hook',
    'https://a.example:8443?x',
    'http://[::1]:4010/x',
    "https://a.example/a-b_c.d~e!f$g&h'(i)*+,;=:@%20[j]",
  ])('The address %s is read as a parser reads it', (text) => {
    expect(parseAddress(text)?.href).toBe(new URL(text).href);
  });

  test.each([
    ['a user that looks like a host', 'http://127.0.0.1:80@evil.example/'],
    ['a user and a password', 'https://me:secret@a.example/'],
    ['an empty user', 'https://@a.example/'],
    ['a backslash before another host', 'https://evil.example\\@a.example/'],
    ['a backslash in its path', 'https://a.example/x\\y'],
    ['a host in numbers of another base', 'http://0x7f.1/'],
    ['a host in one number', 'http://2130706433/'],
    ['a host in octal numbers', 'http://0177.0.0.1/'],
    ['a long form of the loopback address', 'http://[0:0:0:0:0:0:0:1]/'],
    ['an escaped host', 'https://%61.example/'],
    ['full-width letters in its host', 'https://ａ.example/'],
    ['a full stop of another script in its host', 'https://evil。example/'],
    ['a soft hyphen in its host', 'https://a\u00ad.example/'],
    ['a tab in its host', 'https://evil\t.example/'],
    ['a line break in its path', 'https://a.example/\nhttps://b.example/'],
    ['a blank before it', ' https://a.example/'],
    ['a blank in its path', 'https://a.example/a b'],
    ['one slash', 'https:/a.example/'],
    ['no slash', 'https:a.example'],
    ['three slashes', 'https:///a.example/'],
    ['backslashes instead of slashes', 'https:\\\\a.example/'],
    ['another protocol', 'ftp://a.example/'],
    ['a script', 'javascript:alert(1)'],
    ['no protocol', 'a.example'],
    ['no host', 'https://'],
    ['an invalid port', 'https://a.example:99999/'],
    ['a leading zero in its port', 'https://a.example:0443/'],
    ['nothing', ''],
  ])('An address with %s is refused', (_, text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test.each([
    ['http://127.0.0.1:4010', true],
    ['http://localhost/', true],
    ['http://[::1]/', true],
    ['https://localhost/', false],
    ['http://127.0.0.2/', false],
    ['http://localhost.example/', false],
  ])('The address %s is one of this machine: %s', (text, expected) => {
    expect(isLoopback(new URL(text))).toBe(expected);
  });

  test.each([
    ['https://a.example/', true],
    ['http://localhost/', true],
    ['http://a.example/', false],
  ])('What is sent to %s is private: %s', (text, expected) => {
    expect(isPrivate(new URL(text))).toBe(expected);
  });

  test.each([
    ['https://a.example', true],
    ['https://a.example/x', false],
    ['https://a.example/?x', false],
    ['https://a.example/#x', false],
  ])('The address %s is an origin: %s', (text, expected) => {
    expect(isOrigin(new URL(text))).toBe(expected);
  });
});

describe('Host of an address', () => {
  const parts = [
    ...[
      'http:',
      'https:',
      'HTTP:',
      'ftp:',
      'javascript:',
      '//',
      '/',
      '\\',
      '@',
      ':',
      '#',
      '?',
      '.',
      '%',
      '[',
      ']',
    ],
    ...[
      '127.0.0.1',
      'localhost',
      '[::1]',
      'api-sg.aliexpress.com',
      'evil.example',
      '0x7f.1',
      '80',
      '443',
      '4010',
    ],
    ...[
      '\t',
      '\n',
      ' ',
      '\u0000',
      '\u00ad',
      '\u200b',
      '。',
      '．',
      'ａ',
      '①',
      '%2f',
      '%40',
      '%61',
      'user',
      '&',
      '=',
    ],
  ];
  const text = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.array(fc.constantFrom(...parts), { maxLength: 9 }).map((found) => found.join('')),
    },
    {
      weight: 4,
      arbitrary: fc
        .array(fc.constantFrom(...parts), { maxLength: 6 })
        .map((found) => `http://${found.join('')}`),
    },
    { weight: 1, arbitrary: fc.webUrl({ withQueryParameters: true, withFragments: true }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  );
  /** The host that a person sees: what stands between the slashes and the next sign, without the usual port. */
  const seenHost = (written: string) =>
    /^https?:\/\/([\w.:[\]-]+)(?=[/?#]|$)/i
      .exec(written)?.[1]
      ?.toLowerCase()
      .replace(/:(80|443)$/, '');
  const found = (read: () => string | undefined): string | undefined => {
    try {
      return read();
    } catch (error) {
      if (!isProblem(error, 'bad_setting')) throw error;
      return undefined;
    }
  };

  test.each<[string, (text: string) => string | undefined]>([
    ['An address', (text) => parseAddress(text)?.href],
    ['ALIEXPRESS_GATEWAY_URL', (text) => (text.trim() === '' ? undefined : readGatewayUrl(text))],
    ['ALIEXPRESS_CALLBACK_URL', (text) => readSettings({ ALIEXPRESS_CALLBACK_URL: text }).callbackUrl],
    ['CHANNEL_TEST_ORIGIN', (text) => readSettings({ CHANNEL_TEST_ORIGIN: text }).channelTestOrigin],
    [
      'QUOTA_REDIS_URL',
      (text) => readSettings({ QUOTA_REDIS_URL: text, QUOTA_REDIS_TOKEN: 'a1b2c3d4' }).quotaRedis?.url,
    ],
    ['TICKET_WEBHOOK_URL', (text) => readTicketAddress({ TICKET_WEBHOOK_URL: text })],
  ])('%s never leads to another host than the one that it shows', (_, read) => {
    fc.assert(
      fc.property(text, (written) => {
        const address = found(() => read(written));
        if (address === undefined) return;
        expect(new URL(address).host.replace(/:(80|443)$/, '')).toBe(seenHost(written.trim()));
      }),
      { numRuns: 1_000 },
    );
  });
});
