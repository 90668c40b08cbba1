import { readBotAddress } from '../../lib/feishu/address.ts';
import { problemLike } from '../support/problem-like.ts';

const HOOK = '/open-apis/bot/v2/hook/0a1b2c3d-4e5f-6789-abcd-ef0123456789';
const SANDBOX = 'http://127.0.0.1:4010';

describe('The address of a Feishu bot', () => {
  test.each([
    `https://open.feishu.cn${HOOK}`,
    `https://open.larksuite.com${HOOK}`,
    `https://open.larkoffice.com${HOOK}`,
  ])('may be %s', (address) => {
    expect(readBotAddress(address)).toBe(address);
  });

  test('may stand between spaces', () => {
    expect(readBotAddress(` https://open.feishu.cn${HOOK}\n`)).toBe(`https://open.feishu.cn${HOOK}`);
  });

  test.each([
    ['nothing', ''],
    ['with a password', `https://:secret@open.feishu.cn${HOOK}`],
    ['with a port', `https://open.feishu.cn:443${HOOK}`],
    ['with an empty query', `https://open.feishu.cn${HOOK}?`],
    ['not an address', 'my bot'],
    ['on another host', `https://example.com${HOOK}`],
    ['on a host that ends alike', `https://evil-open.feishu.cn${HOOK}`],
    ['on a host that begins alike', `https://open.feishu.cn.example.com${HOOK}`],
    ['on a host of which ours is the user name', `https://open.feishu.cn@example.com${HOOK}`],
    ['on a host hidden behind a backslash', `https://example.com\\@open.feishu.cn${HOOK}`],
    ['on this machine', `http://127.0.0.1${HOOK}`],
    ["in a cloud's own network", `http://169.254.169.254${HOOK}`],
    ['without encryption', `http://open.feishu.cn${HOOK}`],
    ['of another protocol', `ftp://open.feishu.cn${HOOK}`],
    ['on another port', `https://open.feishu.cn:8443${HOOK}`],
    ['with a query', `https://open.feishu.cn${HOOK}?to=example.com`],
    ['with a fragment', `https://open.feishu.cn${HOOK}#a`],
    ['with a user', `https://user@open.feishu.cn${HOOK}`],
    ['with a user and a password', `https://user:pass@open.feishu.cn${HOOK}`],
    ['of another interface', 'https://open.feishu.cn/open-apis/im/v1/messages'],
    ['without a token', 'https://open.feishu.cn/open-apis/bot/v2/hook/'],
    ['with a token that is too short', 'https://open.feishu.cn/open-apis/bot/v2/hook/short'],
    ['with more behind the token', `https://open.feishu.cn${HOOK}/more`],
    ['that leaves its path', 'https://open.feishu.cn/open-apis/bot/v2/hook/../../../im/v1/messages'],
    [
      'that leaves its path in disguise',
      'https://open.feishu.cn/open-apis/bot/v2/hook/%2e%2e/%2e%2e/messages',
    ],
    ['that leaves its path behind slashes in disguise', `https://open.feishu.cn${HOOK}%2f..%2fmessages`],
  ])('may not be one %s', (_, address) => {
    expect(() => readBotAddress(address)).toThrow(
      problemLike('bad_input', { field: { en: 'Webhook URL', zh: 'Webhook 地址' } }),
    );
  });

  test('may be on the sandbox that was named', () => {
    expect(readBotAddress(`${SANDBOX}${HOOK}`, SANDBOX)).toBe(`${SANDBOX}${HOOK}`);
  });

  test('may be at Feishu although a sandbox was named', () => {
    expect(readBotAddress(`https://open.feishu.cn${HOOK}`, SANDBOX)).toBe(`https://open.feishu.cn${HOOK}`);
  });

  test('may not be on another port than the sandbox', () => {
    expect(() => readBotAddress(`http://127.0.0.1:4011${HOOK}`, SANDBOX)).toThrow(problemLike('bad_input'));
  });

  test('may not have another path on the sandbox either', () => {
    expect(() => readBotAddress(`${SANDBOX}/sync`, SANDBOX)).toThrow(problemLike('bad_input'));
  });

  test('is not repeated in the problem, because it is a credential', () => {
    expect(() => readBotAddress(`https://example.com${HOOK}`)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('0a1b2c3d') }),
    );
  });
});
