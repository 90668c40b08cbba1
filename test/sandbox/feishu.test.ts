import { createHmac } from 'node:crypto';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { type FixedClock, fixedClock } from '../support/fixed-clock.ts';

const HOUR_SECONDS = 3600;

/** A card as the official page has it. */
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

describe('The Feishu of the sandbox', () => {
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

  test('takes a card', async () => {
    expect(await codeFor(message())).toBe(0);
  });

  test('answers a card that it took in the old way too', async () => {
    expect(await post(message())).toMatchObject({ StatusCode: 0, StatusMessage: 'success', msg: 'success' });
  });

  test('keeps what it took', async () => {
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

  test('refuses with HTTP 200, as Feishu does', async () => {
    expect((await post('{}')).status).toBe(200);
  });

  test('keeps nothing that it refused', async () => {
    await post(message({ msg_type: 'text' }));
    expect(sandbox.feishu.cards).toEqual([]);
  });

  test('counts what it refused', async () => {
    await post(message({ msg_type: 'text' }));
    expect(sandbox.feishu.refusals).toEqual(new Map([[19002, 1]]));
  });

  test('does not know another address', async () => {
    expect((await post(message(), `${sandbox.botAddress}0`)).code).toBe(19001);
  });

  test('refuses what is not JSON', async () => {
    expect(await codeFor('card')).toBe(9499);
  });

  test('refuses a message of another type', async () => {
    expect(await codeFor({ msg_type: 'text', content: { text: 'hello' } })).toBe(19002);
  });

  test('refuses a message without a type', async () => {
    expect(await codeFor({ card: aCard() })).toBe(19002);
  });

  describe('looks at the size', () => {
    const ofSize = (bytes: number) => {
      const empty = message();
      const filler = bytes - Buffer.byteLength(JSON.stringify({ ...empty, filler: '' }));
      return JSON.stringify({ ...empty, filler: 'a'.repeat(filler) });
    };

    test('and takes 20,480 bytes', async () => {
      expect(await codeFor(ofSize(20_480))).toBe(0);
    });

    test('and refuses 20,481 bytes', async () => {
      expect(await codeFor(ofSize(20_481))).toBe(9499);
    });
  });

  describe('looks at the card', () => {
    const button = aCard().body.elements[1];
    test.each<[string, object]>([
      ['of the older format', { ...aCard(), schema: '1.0' }],
      ['without a header', { ...aCard(), header: undefined }],
      ['with a property that does not exist', { ...aCard(), colour: 'blue' }],
      [
        'with a property that does not exist inside it',
        { ...aCard(), body: { elements: [{ ...button, url: 'a' }] } },
      ],
      ['with an element that does not exist', { ...aCard(), body: { elements: [{ tag: 'action' }] } }],
      ['with an empty text', { ...aCard(), body: { elements: [{ tag: 'markdown', content: '' }] } }],
      ['of a colour that does not exist', { ...aCard(), header: { ...aCard().header, template: 'pink' } }],
      ['that may not be forwarded', { ...aCard(), config: { update_multi: false } }],
      [
        'with more than 200 elements',
        { ...aCard(), body: { elements: Array(201).fill({ tag: 'markdown', content: 'a' }) } },
      ],
    ])('and refuses one %s', async (_, card) => {
      expect(await codeFor(message({ card }))).toBe(9499);
    });
  });

  describe('with signature verification', () => {
    const SECRET = 'demo';
    beforeEach(() => {
      sandbox.feishu.secret = SECRET;
    });
    const signed = (secondsAgo = 0, secret = SECRET) => {
      const timestamp = String(Math.floor(clock.now() / 1000) - secondsAgo);
      return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).digest('base64') };
    };

    test('takes a card with its signature', async () => {
      expect(await codeFor(message(signed()))).toBe(0);
    });

    test('takes a signature of an hour ago', async () => {
      expect(await codeFor(message(signed(HOUR_SECONDS)))).toBe(0);
    });

    test.each([
      ['an hour and a second old', HOUR_SECONDS + 1],
      ['from more than an hour ahead', -HOUR_SECONDS - 1],
    ])('refuses a signature %s', async (_, secondsAgo) => {
      expect(await codeFor(message(signed(secondsAgo)))).toBe(19021);
    });

    test('refuses the signature of another secret', async () => {
      expect(await codeFor(message(signed(0, 'wrong')))).toBe(19021);
    });

    test('refuses a card without a signature', async () => {
      expect(await codeFor(message())).toBe(19021);
    });

    test('refuses a time in milliseconds', async () => {
      const timestamp = String(clock.now());
      const sign = createHmac('sha256', `${timestamp}\n${SECRET}`).digest('base64');
      expect(await codeFor(message({ timestamp, sign }))).toBe(19021);
    });
  });

  describe('with a keyword', () => {
    test.each([
      ['takes a card that has it in its title', '订单', 0],
      ['takes a card that has it in its text', '金额', 0],
      ['refuses a card that has it in its link alone', 'example.com', 19024],
      ['refuses a card that does not have it', '店铺', 19024],
    ])('%s', async (_, keyword, code) => {
      sandbox.feishu.keyword = keyword;
      expect(await codeFor(message())).toBe(code);
    });
  });

  describe('asks for patience', () => {
    const postMany = async (count: number, pauseMs = 0) => {
      const codes: number[] = [];
      for (let n = 0; n < count; n += 1) {
        codes.push(await codeFor(message()));
        clock.advance(pauseMs);
      }
      return codes;
    };

    test('from the sixth card in a second on', async () => {
      expect(await postMany(6)).toEqual([0, 0, 0, 0, 0, 11232]);
    });

    test('for no longer than that second', async () => {
      await postMany(6);
      clock.advance(1000);
      expect(await codeFor(message())).toBe(0);
    });

    test('from the 101st card in a minute on', async () => {
      expect((await postMany(101, 300)).lastIndexOf(0)).toBe(99);
    });

    test('for no longer than that minute', async () => {
      await postMany(101, 300);
      clock.advance(60_000);
      expect(await codeFor(message())).toBe(0);
    });
  });
});
