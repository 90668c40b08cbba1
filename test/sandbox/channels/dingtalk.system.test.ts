import { createHmac } from 'node:crypto';
import { HOUR } from '../../../lib/runtime.ts';
import type { Group } from '../../../sandbox/messengers.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { type FixedClock, fixedClock } from '../../support/fixed-clock.ts';

const markdown = (text = '### 🔵 新订单') => ({ msgtype: 'markdown', markdown: { title: '新订单', text } });
const card = {
  msgtype: 'actionCard',
  actionCard: {
    title: '新订单',
    text: '### 🔴 新订单',
    singleTitle: '打开订单',
    singleURL: 'https://example.com/order',
  },
};

let clock: FixedClock;
let sandbox: Sandbox;
let group: Group;
beforeEach(async () => {
  clock = fixedClock('2026-11-21T02:00:00Z');
  sandbox = await startSandbox({ clock, callbackUrl: 'https://example.com/', ordersPerDay: 1 });
  group = sandbox.groups.dingtalk;
});
afterEach(() => sandbox.close());

interface Reply {
  http: number;
  errcode: number;
  errmsg: string;
}
async function post(
  body: unknown,
  query = '',
  contentType = 'application/json; charset=utf-8',
): Promise<Reply> {
  const reply = await fetch(group.address + query, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { http: reply.status, ...((await reply.json()) as Omit<Reply, 'http'>) };
}
const codeFor = async (body: unknown, query?: string) => (await post(body, query)).errcode;

describe('DingTalk simulator', () => {
  test('An accepted message is answered with ok', async () => {
    expect(await post(markdown())).toEqual({ http: 200, errcode: 0, errmsg: 'ok' });
  });

  test('An accepted card is stored', async () => {
    await post(card);
    expect(group.cards).toMatchObject([
      {
        at: clock.now(),
        title: '新订单',
        text: '### 🔴 新订单',
        link: 'https://example.com/order',
        severity: 'urgent',
        mentionsEveryone: false,
      },
    ]);
  });

  test('An accepted Markdown message is stored with link and mention', async () => {
    await post({ ...markdown('### 🟠 a\n\n[b](https://example.com/c)'), at: { isAtAll: true } });
    expect(group.cards).toMatchObject([
      { severity: 'warning', link: 'https://example.com/c', mentionsEveryone: true },
    ]);
  });

  test('A rejected message is counted and not stored', async () => {
    await post({ msgtype: 'image' });
    expect(group.cards).toEqual([]);
    expect(group.refusals).toEqual(new Map([[400105, 1]]));
  });

  test('A message with another token is rejected', async () => {
    const [address] = group.address.split('=');
    const reply = await fetch(`${address}=${'0'.repeat(64)}`, { method: 'POST', body: JSON.stringify(card) });
    expect(await reply.json()).toEqual({ errcode: 300001, errmsg: 'token is not exist' });
  });

  test('A body of another content type is rejected', async () => {
    expect(await post(card, '', 'text/plain')).toMatchObject({ http: 200, errcode: 43004 });
  });

  test.each<[string, unknown, number]>([
    ['a body that is not JSON', 'card', 40035],
    ['a message of an unknown type', { msgtype: 'image' }, 400105],
    ['a message without a type', { markdown: markdown().markdown }, 400105],
    ['a message without a text', { msgtype: 'markdown', markdown: { title: 'a' } }, 40035],
    ['a message without a title', { msgtype: 'markdown', markdown: { title: '', text: 'a' } }, 40035],
    ['a card that mentions everyone', { ...card, at: { isAtAll: true } }, 40035],
  ])('The simulator rejects %s', async (_, body, code) => {
    expect(await codeFor(body)).toBe(code);
  });

  test.each([
    [20_000, 0],
    [20_001, 460101],
  ])('A body of %i bytes is answered with code %i', async (bytes, code) => {
    const empty = Buffer.byteLength(JSON.stringify(markdown('a'))) - 1;
    expect(await codeFor(markdown('a'.repeat(bytes - empty)))).toBe(code);
  });

  test('A card with the keyword in its title is accepted', async () => {
    group.keyword = '新订单';
    expect(await codeFor(card)).toBe(0);
  });

  test.each([
    ['with the keyword in its link alone', 'example.com'],
    ['without the keyword', '店铺'],
  ])('A card %s is rejected', async (_, keyword) => {
    group.keyword = keyword;
    expect(await post(card)).toMatchObject({ errcode: 310000, errmsg: 'keywords not in content' });
  });

  test('The answer to a caller outside the allowlist contains its address', async () => {
    group.refusesThisAddress = true;
    expect(await post(card)).toMatchObject({ errcode: 310000, errmsg: 'ip 127.0.0.1 not in whitelist' });
  });
});

describe('Signature verification of DingTalk', () => {
  const SECRET = 'SECtest';
  beforeEach(() => {
    group.secret = SECRET;
  });
  const signed = (age = 0, secret = SECRET) => {
    const timestamp = String(clock.now() - age);
    const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
    return { timestamp, sign };
  };
  const query = (fields: Record<string, string>) => `&${new URLSearchParams(fields)}`;

  test.each([0, HOUR, -HOUR])('A signature that is %i ms old is accepted', async (age) => {
    expect(await codeFor(card, query(signed(age)))).toBe(0);
  });

  test.each([HOUR + 1, -HOUR - 1])(
    'The timestamp of a signature that is %i ms old is rejected',
    async (age) => {
      expect(await post(card, query(signed(age)))).toMatchObject({
        errcode: 310000,
        errmsg: 'invalid timestamp',
      });
    },
  );

  test('The signature of another secret is rejected in the newer wording', async () => {
    expect(await post(card, query(signed(0, 'SECother')))).toMatchObject({
      errcode: 310000,
      errmsg: expect.stringContaining('description:机器人发送签名不匹配'),
    });
  });

  test('A signature that is not percent-encoded is rejected', async () => {
    let fields = signed();
    while (!fields.sign.includes('+')) {
      clock.advance(1);
      fields = signed();
    }
    const { timestamp, sign } = fields;
    expect(await codeFor(card, `&timestamp=${timestamp}&sign=${sign}`)).toBe(310000);
  });

  test('A missing signature and one in the body are rejected', async () => {
    expect(await codeFor(card)).toBe(310000);
    expect(await codeFor({ ...signed(), ...card })).toBe(310000);
  });
});

describe('Rate limit of DingTalk', () => {
  beforeEach(async () => {
    for (let n = 0; n < 20; n += 1) await post(card);
  });

  test('The 21st message in a minute is rejected with a punishment', async () => {
    expect(await post(card)).toEqual({
      http: 200,
      status: 1111,
      errcode: 130101,
      errmsg: 'send too fast, exceed 20 times per minute',
      wait: 5,
      source: 'x5',
      punish: 'deny',
    });
  });

  test('A punished robot rejects every message for ten minutes', async () => {
    await post(card);
    clock.advance(10 * 60_000 - 1);
    expect(await codeFor(card)).toBe(410100);
    clock.advance(1);
    expect(await codeFor(card)).toBe(0);
  });

  test('Messages of another minute are not counted', async () => {
    clock.advance(60_000);
    expect(await codeFor(card)).toBe(0);
  });
});
