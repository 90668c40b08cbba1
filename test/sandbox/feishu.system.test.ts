import { createHmac } from 'node:crypto';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { type FixedClock, fixedClock } from '../support/fixed-clock.ts';

const HOUR_SECONDS = 3600;

/** The card of the official documentation. */
const aCard = () => ({
  schema: '2.0',
  config: { update_multi: true },
  header: { title: { tag: 'plain_text', content: '新订单 8123' }, template: 'blue' },
  body: {
    direction: 'vertical',
    elements: [
      { tag: 'markdown', content: '**金额** US $23.50' },
      {
        tag: 'button',
        text: { tag: 'plain_text', content: '打开订单' },
        type: 'primary',
        behaviors: [{ type: 'open_url', default_url: 'https://example.com/order' }],
      },
    ],
  },
});

describe('Feishu stand-in', () => {
  let clock: FixedClock;
  let sandbox: Sandbox;
  beforeEach(async () => {
    clock = fixedClock('2026-11-21T02:00:00Z');
    sandbox = await startSandbox({ clock, callbackUrl: 'https://example.com/', ordersPerDay: 1 });
  });
  afterEach(() => sandbox.close());

  const post = async (body: unknown, address = sandbox.botAddress) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(address, { method: 'POST', body: text });
    return { status: answer.status, ...((await answer.json()) as { code: number; StatusCode?: number }) };
  };
  const message = (more: object = {}) => ({ msg_type: 'interactive', card: aCard(), ...more });
  const codeFor = async (body: unknown) => (await post(body)).code;

  test('A valid card is accepted', async () => {
    expect(await codeFor(message())).toBe(0);
  });

  test('The answer to an accepted card contains the old fields too', async () => {
    expect(await post(message())).toMatchObject({ StatusCode: 0, StatusMessage: 'success', msg: 'success' });
  });

  test('An accepted card is stored', async () => {
    await post(message());
    expect(sandbox.feishu.cards).toMatchObject([
      {
        at: clock.now(),
        title: '新订单 8123',
        text: '**金额** US $23.50',
        link: 'https://example.com/order',
        colour: 'blue',
      },
    ]);
  });

  test('A rejected message is answered with HTTP 200', async () => {
    expect((await post('{}')).status).toBe(200);
  });

  test('A rejected message is not stored', async () => {
    await post(message({ msg_type: 'text' }));
    expect(sandbox.feishu.cards).toEqual([]);
  });

  test('Rejected messages are counted by code', async () => {
    await post(message({ msg_type: 'text' }));
    expect(sandbox.feishu.refusals).toEqual(new Map([[19002, 1]]));
  });

  test('A message to another address is rejected', async () => {
    expect((await post(message(), `${sandbox.botAddress}0`)).code).toBe(19001);
  });

  test('A message that is not JSON is rejected', async () => {
    expect(await codeFor('card')).toBe(9499);
  });

  test('A message of another type is rejected', async () => {
    expect(await codeFor({ msg_type: 'text', content: { text: 'hello' } })).toBe(19002);
  });

  test('A message without a type is rejected', async () => {
    expect(await codeFor({ card: aCard() })).toBe(19002);
  });

  describe('Size limit of Feishu', () => {
    const ofSize = (bytes: number) => {
      const empty = message();
      const filler = bytes - Buffer.byteLength(JSON.stringify({ ...empty, filler: '' }));
      return JSON.stringify({ ...empty, filler: 'a'.repeat(filler) });
    };

    test('A message of 20,480 bytes is accepted', async () => {
      expect(await codeFor(ofSize(20_480))).toBe(0);
    });

    test('A message of 20,481 bytes is rejected', async () => {
      expect(await codeFor(ofSize(20_481))).toBe(9499);
    });
  });

  describe('Card format of Feishu', () => {
    const button = aCard().body.elements[1];
    test.each<[string, object]>([
      ['of the older format', { ...aCard(), schema: '1.0' }],
      ['without a header', { ...aCard(), header: undefined }],
      ['with an unknown property', { ...aCard(), colour: 'blue' }],
      ['with an unknown property inside it', { ...aCard(), body: { elements: [{ ...button, url: 'a' }] } }],
      ['with an unknown element', { ...aCard(), body: { elements: [{ tag: 'action' }] } }],
      ['with an empty text', { ...aCard(), body: { elements: [{ tag: 'markdown', content: '' }] } }],
      ['of an unknown color', { ...aCard(), header: { ...aCard().header, template: 'pink' } }],
      ['that may not be forwarded', { ...aCard(), config: { update_multi: false } }],
      [
        'with more than 200 elements',
        { ...aCard(), body: { elements: Array(201).fill({ tag: 'markdown', content: 'a' }) } },
      ],
    ])('A card %s is rejected', async (_, card) => {
      expect(await codeFor(message({ card }))).toBe(9499);
    });
  });

  describe('Signature verification of Feishu', () => {
    const SECRET = 'demo';
    beforeEach(() => {
      sandbox.feishu.secret = SECRET;
    });
    const signed = (secondsAgo = 0, secret = SECRET) => {
      const timestamp = String(Math.floor(clock.now() / 1000) - secondsAgo);
      return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).digest('base64') };
    };

    test('A signed card is accepted', async () => {
      expect(await codeFor(message(signed()))).toBe(0);
    });

    test('A signature that is an hour old is accepted', async () => {
      expect(await codeFor(message(signed(HOUR_SECONDS)))).toBe(0);
    });

    test.each([
      ['older than an hour', HOUR_SECONDS + 1],
      ['more than an hour early', -HOUR_SECONDS - 1],
    ])('A signature that is %s is rejected', async (_, secondsAgo) => {
      expect(await codeFor(message(signed(secondsAgo)))).toBe(19021);
    });

    test('A signature with another secret is rejected', async () => {
      expect(await codeFor(message(signed(0, 'wrong')))).toBe(19021);
    });

    test('A card without a signature is rejected', async () => {
      expect(await codeFor(message())).toBe(19021);
    });

    test('A signature with a timestamp in milliseconds is rejected', async () => {
      const timestamp = String(clock.now());
      const sign = createHmac('sha256', `${timestamp}\n${SECRET}`).digest('base64');
      expect(await codeFor(message({ timestamp, sign }))).toBe(19021);
    });
  });

  describe('Keyword of Feishu', () => {
    test.each([
      ['A card with the keyword in its title is accepted', '订单', 0],
      ['A card with the keyword in its text is accepted', '金额', 0],
      ['A card with the keyword only in its link is rejected', 'example.com', 19024],
      ['A card without the keyword is rejected', '店铺', 19024],
    ])('%s', async (_, keyword, code) => {
      sandbox.feishu.keyword = keyword;
      expect(await codeFor(message())).toBe(code);
    });
  });

  describe('Rate limit of Feishu', () => {
    const postMany = async (count: number, pauseMs = 0) => {
      const codes: number[] = [];
      for (let n = 0; n < count; n += 1) {
        codes.push(await codeFor(message()));
        clock.advance(pauseMs);
      }
      return codes;
    };

    test('The sixth card in a second is rejected', async () => {
      expect(await postMany(6)).toEqual([0, 0, 0, 0, 0, 11232]);
    });

    test('Cards are accepted again after a second', async () => {
      await postMany(6);
      clock.advance(1000);
      expect(await codeFor(message())).toBe(0);
    });

    test('The 101st card in a minute is rejected', async () => {
      expect((await postMany(101, 300)).lastIndexOf(0)).toBe(99);
    });

    test('Cards are accepted again after a minute', async () => {
      await postMany(101, 300);
      clock.advance(60_000);
      expect(await codeFor(message())).toBe(0);
    });
  });
});
