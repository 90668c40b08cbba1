import { createHmac } from 'node:crypto';
import { signFeishu } from '../../lib/feishu/sign.ts';

describe('The signature of a Feishu bot', () => {
  test.each([
    ["the official sample's", '1599360473', 'demo', 'l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8='],
    ['a published', '1757900000', 'lark-test-secret', 'rWW3ygiAdSmKEIysYTVjbdbv4Xnqjn35pAGLgGJZsNg='],
    ['another', '1599360473', 'test', 'NVcdmaRhTlOqmXksontxmKEP4AYWAMD5VOczwSqarks='],
  ])('is %s known answer', (_, timestamp, secret, sign) => {
    expect(signFeishu(timestamp, secret)).toBe(sign);
  });

  test('has time and secret as its key, not as its message, as DingTalk has it', () => {
    const dingTalk = createHmac('sha256', 'demo').update('1599360473\ndemo').digest('base64');
    expect(signFeishu('1599360473', 'demo')).not.toBe(dingTalk);
  });
});
