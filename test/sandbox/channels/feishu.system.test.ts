import { createHmac } from 'node:crypto';
import type { Group } from '../../../sandbox/messengers.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { type FixedClock, fixedClock } from '../../support/fixed-clock.ts';

const HOUR_SECONDS = 3600;

/** A card as the official page has it. */
const aCard = () => ({
  schema: '2.0',
  config: { update_multi: true },
  header: { title: { tag: 'plain_text', content: '新订单 8123' }, template: 'blue' },
  body: {
    direction: 'vertical',
    elements: [
      { tag: 'markdown', content: '**金额** USD 23&#46;50' },
      {
        tag: 'button',
        text: { tag: 'plain_text', content: '打开订单' },
        type: 'primary',
        behaviors: [{ type: 'open_url', default_url: 'https://example.com/order' }],
      },
    ],
  },
});

let clock: FixedClock;
let sandbox: Sandbox;
let group: Group;
beforeEach(async () => {
  clock = fixedClock('2026-11-21T02:00:00Z');
  sandbox = await startSandbox({ clock, callbackUrl: 'https://example.com/', ordersPerDay: 1 });
  group = sandbox.groups.feishu;
});
afterEach(() => sandbox.close());

interface Reply {
  status: number;
  code: number;
  msg: string;
}
const post = async (body: unknown, address = group.address): Promise<Reply> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const reply = await fetch(address, { method: 'POST', body: text });
  return { status: reply.status, ...((await reply.json()) as Omit<Reply, 'status'>) };
};
const message = (more: object = {}) => ({ msg_type: 'interactive', card: aCard(), ...more });
const codeFor = async (body: unknown) => (await post(body)).code;
const withText = (content: string) =>
  message({
    card: { ...aCard(), body: { direction: 'vertical', elements: [{ tag: 'markdown', content }] } },
  });

describe('Feishu simulator', () => {
  test('The answer to an accepted card contains the old fields too', async () => {
    expect(await post(message())).toEqual({
      status: 200,
      StatusCode: 0,
      StatusMessage: 'success',
      code: 0,
      data: {},
      msg: 'success',
    });
  });

  test('An accepted card is stored as a reader sees it', async () => {
    await post(message());
    expect(group.cards).toMatchObject([
      {
        at: clock.now(),
        title: '新订单 8123',
        text: '**金额** USD 23.50',
        link: 'https://example.com/order',
        severity: 'info',
        mentionsEveryone: false,
      },
    ]);
  });

  test('A rejected message is answered with HTTP 200', async () => {
    expect(await post(message({ msg_type: 'text' }))).toMatchObject({
      status: 200,
      code: 19002,
      msg: 'params error, msg_type need',
    });
  });

  test('A rejected message is counted and not stored', async () => {
    await post(message({ msg_type: 'text' }));
    expect(group.cards).toEqual([]);
    expect(group.refusals).toEqual(new Map([[19002, 1]]));
  });

  test('A message to another address is rejected', async () => {
    expect(await post(message(), `${group.address}0`)).toMatchObject({ code: 19001 });
  });

  test.each<[string, unknown, number]>([
    ['text that is not JSON', 'card', 9499],
    ['JSON that is no object', '[]', 19002],
    ['a message of another type', { msg_type: 'text', content: { text: 'hello' } }, 19002],
    ['a message without a type', { card: aCard() }, 19002],
    ['a property that a message does not have', message({ content: {} }), 9499],
  ])('The simulator rejects %s', async (_, body, code) => {
    expect(await codeFor(body)).toBe(code);
  });

  test.each([
    [20_480, 0],
    [20_481, 9499],
  ])('A body of %i bytes is answered with code %i', async (bytes, code) => {
    const filled = (length: number) => JSON.stringify(withText('a'.repeat(length)));
    const body = filled(bytes - Buffer.byteLength(filled(0)));
    expect(await codeFor(body)).toBe(code);
  });

  test.each<[string, object]>([
    ['of the older format', { ...aCard(), schema: '1.0' }],
    ['without a header', { ...aCard(), header: undefined }],
    ['with a property that does not exist', { ...aCard(), color: 'blue' }],
    ['with an element that does not exist', { ...aCard(), body: { elements: [{ tag: 'action' }] } }],
    ['with an empty text', { ...aCard(), body: { elements: [{ tag: 'markdown', content: '' }] } }],
    ['of a color that does not exist', { ...aCard(), header: { ...aCard().header, template: 'pink' } }],
    ['that may not be forwarded', { ...aCard(), config: { update_multi: false } }],
    [
      'with a button that has a property of the older format',
      { ...aCard(), body: { direction: 'vertical', elements: [{ ...aCard().body.elements[1], url: 'a' }] } },
    ],
    [
      'with more than 200 elements',
      { ...aCard(), body: { direction: 'vertical', elements: Array(201).fill(aCard().body.elements[0]) } },
    ],
  ])('A card %s is rejected', async (_, card) => {
    expect(await codeFor(message({ card }))).toBe(9499);
  });

  test('A card with an image that was not uploaded is rejected with an inner code', async () => {
    expect(await post(withText('![x](https://example.com/a.png)'))).toMatchObject({
      code: 11246,
      msg: expect.stringContaining('ErrCode: 200570'),
    });
  });

  test('A card in which a web address runs on into Chinese is rejected', async () => {
    expect(await codeFor(withText('see https://example.com/a订单'))).toBe(11246);
  });

  test('A mention of everyone is recognized unless it is escaped', async () => {
    await post(withText('<at id=all></at>\nText'));
    await post(withText('&#60;at id=all&#62;'));
    expect(group.cards.map(({ mentionsEveryone }) => mentionsEveryone)).toEqual([true, false]);
  });
});

describe('Signature verification of Feishu', () => {
  const SECRET = 'demo';
  beforeEach(() => {
    group.secret = SECRET;
  });
  const signed = (secondsAgo = 0, secret = SECRET) => {
    const timestamp = String(Math.floor(clock.now() / 1000) - secondsAgo);
    return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).digest('base64') };
  };

  test.each([0, HOUR_SECONDS, -HOUR_SECONDS])(
    'A signature that is %i s old is accepted',
    async (secondsAgo) => {
      expect(await codeFor(message(signed(secondsAgo)))).toBe(0);
    },
  );

  test.each([HOUR_SECONDS + 1, -HOUR_SECONDS - 1])(
    'A signature that is %i s old is rejected',
    async (secondsAgo) => {
      expect(await codeFor(message(signed(secondsAgo)))).toBe(19021);
    },
  );

  test('A wrong or missing signature is rejected', async () => {
    expect(await codeFor(message(signed(0, 'wrong')))).toBe(19021);
    expect(await codeFor(message())).toBe(19021);
  });

  test('A time in milliseconds is rejected', async () => {
    const timestamp = String(clock.now());
    const sign = createHmac('sha256', `${timestamp}\n${SECRET}`).digest('base64');
    expect(await codeFor(message({ timestamp, sign }))).toBe(19021);
  });
});

describe('Keyword of Feishu', () => {
  test.each([
    ['title', '订单'],
    ['text', '金额'],
    ['escaped text', 'USD 23.50'],
  ])('A card with the keyword in its %s is accepted', async (_, keyword) => {
    group.keyword = keyword;
    expect(await codeFor(message())).toBe(0);
  });

  test.each([
    ['with the keyword in its link alone', 'example.com'],
    ['without the keyword', '店铺'],
  ])('A card %s is rejected', async (_, keyword) => {
    group.keyword = keyword;
    expect(await codeFor(message())).toBe(19024);
  });
});

describe('Rate limit of Feishu', () => {
  const postMany = async (count: number, pauseMs = 0) => {
    const replies: Reply[] = [];
    for (let n = 0; n < count; n += 1) {
      replies.push(await post(message()));
      clock.advance(pauseMs);
    }
    return replies;
  };

  test('The sixth card in a second is rejected with HTTP 400', async () => {
    const replies = await postMany(6);
    expect(replies.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 9499]);
    expect(replies.at(-1)).toMatchObject({ status: 400, msg: 'too many request' });
    clock.advance(1000);
    expect(await codeFor(message())).toBe(0);
  });

  test('The 101st card in a minute is rejected', async () => {
    const codes = (await postMany(101, 300)).map(({ code }) => code);
    expect(codes.lastIndexOf(0)).toBe(99);
    clock.advance(60_000);
    expect(await codeFor(message())).toBe(0);
  });
});
