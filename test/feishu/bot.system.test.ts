import { sendCard } from '../../lib/feishu/bot.ts';
import { signFeishu } from '../../lib/feishu/sign.ts';
import { axiosTransport } from '../../lib/http/axios.ts';
import { type HttpAnswer, TransportFailure } from '../../lib/http/transport.ts';
import type { ProblemKind } from '../../lib/problems.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { aCard, sentCard } from '../support/cards.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { type Answer, type LocalServer, startLocalServer } from '../support/local-server.ts';
import { problemLike } from '../support/problem-like.ts';
import { answered, scriptedTransport } from '../support/scripted-transport.ts';

const NOW = '2026-11-21T02:00:00Z';
const ADDRESS = 'https://open.feishu.cn/open-apis/bot/v2/hook/0a1b2c3d-4e5f-6789';
const ok = answered({ code: 0, msg: 'success', data: {} });
const limited = answered({
  code: 11232,
  msg: 'frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]',
});

/** Sends a card to a Feishu that gives these answers, in order. */
function sendTo(
  script: (HttpAnswer | Error)[],
  options: { secret?: string; card?: Parameters<typeof aCard>[0] } = {},
) {
  const { transport, sent } = scriptedTransport(...script);
  const waits: number[] = [];
  const fixed = fixedClock(NOW);
  const clock = {
    ...fixed,
    sleep: async (ms: number) => {
      waits.push(ms);
      fixed.advance(ms);
    },
  };
  const sending = sendCard(ADDRESS, options.secret, aCard(options.card), { transport, clock });
  return { sending, sent, waits };
}

/** What became of it, whatever that is. */
async function settled(attempt: ReturnType<typeof sendTo>) {
  await attempt.sending.catch(() => {});
  return attempt;
}

describe('A card for a Feishu bot', () => {
  test('is posted to the address of the bot', async () => {
    const { sent } = await settled(sendTo([ok]));
    expect(sent).toMatchObject([{ method: 'POST', url: ADDRESS }]);
  });

  test('is posted as JSON', async () => {
    const { sent } = await settled(sendTo([ok]));
    expect(sent[0]?.headers).toEqual({ 'content-type': 'application/json; charset=utf-8' });
  });

  test('is signed with the time in seconds where the bot has a secret', async () => {
    const { sent } = await settled(sendTo([ok], { secret: 'demo' }));
    const timestamp = String(Date.parse(NOW) / 1000);
    expect(sentCard(sent[0]?.body ?? '')).toMatchObject({ timestamp, sign: signFeishu(timestamp, 'demo') });
  });

  test('is signed anew when it is sent again', async () => {
    const { sent } = await settled(sendTo([limited, ok], { secret: 'demo' }));
    const [first, second] = sent.map(({ body = '' }) => Number(sentCard(body).timestamp));
    expect(second).toBe(Number(first) + 1);
  });

  test('is delivered when the answer has code 0', async () => {
    await expect(sendTo([ok]).sending).resolves.toEqual({ trimmed: false });
  });

  test('that had to be cut says so', async () => {
    const card = { text: 'a'.repeat(30_000) };
    await expect(sendTo([ok], { card }).sending).resolves.toEqual({ trimmed: true });
  });

  test('is delivered when an older bot answers StatusCode 0 alone', async () => {
    const older = answered({ StatusCode: 0, StatusMessage: 'success' });
    await expect(sendTo([older]).sending).resolves.toEqual({ trimmed: false });
  });

  test('is not delivered when an older bot answers another StatusCode', async () => {
    const older = answered({ StatusCode: 19001, StatusMessage: 'param invalid' });
    await expect(sendTo([older]).sending).rejects.toEqual(problemLike('feishu_address_refused'));
  });

  test('believes the code where an answer has both', async () => {
    const both = answered({ StatusCode: 0, StatusMessage: 'success', code: 19024 });
    await expect(sendTo([both]).sending).rejects.toEqual(problemLike('feishu_keyword_missing'));
  });
});

describe('An answer of Feishu', () => {
  test.each<[number, string, ProblemKind]>([
    [9499, 'Bad Request', 'feishu_card_refused'],
    [19001, 'param invalid: incoming webhook access token invalid', 'feishu_address_refused'],
    [19002, 'params error, msg_type need', 'feishu_card_refused'],
    [19021, 'sign match fail or timestamp is not within one hour', 'feishu_signature_refused'],
    [19022, 'Ip Not Allowed', 'feishu_ip_refused'],
    [19024, 'Key Words Not Found', 'feishu_keyword_missing'],
    [99999, 'something new', 'feishu_card_refused'],
  ])('with HTTP 200 and code %d, "%s", is a failure: %s', async (code, msg, kind) => {
    await expect(sendTo([answered({ code, msg })]).sending).rejects.toEqual(problemLike(kind));
  });

  test.each([9499, 19001, 19002, 19021, 19022, 19024, 99999])('with code %d is final', async (code) => {
    const { sent } = await settled(sendTo([answered({ code }), ok]));
    expect(sent).toHaveLength(1);
  });

  test.each([11232, 2200])('with code %d is a failure that says when to try again', async (code) => {
    const busy = answered({ code, msg: 'busy' });
    await expect(sendTo([busy, busy, busy, busy]).sending).rejects.toEqual(
      problemLike('feishu_busy', { code: String(code) }),
    );
  });

  test.each<[string, HttpAnswer]>([
    ['without a code', answered({ msg: 'success' })],
    ['with a code that is not a number', answered({ code: '0' })],
    ['with an empty body', answered('')],
    ['with a page instead of JSON', answered('<html>Hello</html>')],
    ['with JSON that is no object', answered('null')],
  ])('%s is a failure', async (_, answer) => {
    await expect(sendTo([answer]).sending).rejects.toEqual(problemLike('feishu_answer_lost'));
  });

  test.each([502, 503, 500, 404, 302])(
    'of HTTP %i has not come from the bot: the card was not delivered',
    async (status) => {
      await expect(sendTo([answered('<html></html>', status)]).sending).rejects.toEqual(
        problemLike('feishu_unreachable'),
      );
    },
  );

  test('without a code is final, because the card may have arrived', async () => {
    const { sent } = await settled(sendTo([answered({ msg: 'success' }), ok]));
    expect(sent).toHaveLength(1);
  });

  test('is not repeated in the problem', async () => {
    const talkative = answered({ code: 9499, msg: 'CANARY' });
    await expect(sendTo([talkative]).sending).rejects.toMatchObject({
      message: expect.not.stringContaining('CANARY'),
    });
  });
});

describe('A card that Feishu has no time for', () => {
  test.each([11232, 2200])('because of code %d is sent again', async (code) => {
    await expect(sendTo([answered({ code }), ok]).sending).resolves.toEqual({ trimmed: false });
  });

  test('because of HTTP 429 is sent again', async () => {
    await expect(sendTo([answered({ code: 9499 }, 429), ok]).sending).resolves.toEqual({ trimmed: false });
  });

  test('is sent again three times at most', async () => {
    const { sent } = await settled(sendTo([limited, limited, limited, limited, ok]));
    expect(sent).toHaveLength(4);
  });

  test('waits for a second or longer each time', async () => {
    const { waits } = await settled(sendTo([limited, limited, limited, limited]));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000);
  });

  test('waits longer each time', async () => {
    const { waits } = await settled(sendTo([limited, limited, limited, limited]));
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  });

  test('does not wait before its failure is told', async () => {
    const { waits } = await settled(sendTo([limited, limited, limited, limited]));
    expect(waits).toHaveLength(3);
  });
});

describe('A card whose answer does not come', () => {
  test.each(['timeout', 'cut', 'too_large'] as const)('because of a %s may have arrived', async (reason) => {
    await expect(sendTo([new TransportFailure(reason)]).sending).rejects.toEqual(
      problemLike('feishu_answer_lost'),
    );
  });

  test.each(['timeout', 'cut', 'too_large', 'not_sent'] as const)(
    'because of a %s is not sent again',
    async (reason) => {
      const { sent } = await settled(sendTo([new TransportFailure(reason), ok]));
      expect(sent).toHaveLength(1);
    },
  );

  test('because nobody was reached has not arrived', async () => {
    await expect(sendTo([new TransportFailure('not_sent')]).sending).rejects.toEqual(
      problemLike('feishu_unreachable'),
    );
  });

  test('when it was sent again may have arrived', async () => {
    await expect(sendTo([limited, new TransportFailure('timeout')]).sending).rejects.toEqual(
      problemLike('feishu_answer_lost'),
    );
  });

  test('for a reason that is not the network is passed on as it is', async () => {
    await expect(sendTo([new RangeError('a mistake of ours')]).sending).rejects.toThrow(RangeError);
  });
});

describe('On the wire', () => {
  const clock = fixedClock(NOW);
  const limits = { timeoutMs: 5_000, maxBytes: 100_000 };
  const send = (address: string, secret?: string, card: Parameters<typeof aCard>[0] = {}) =>
    sendCard(address, secret, aCard(card), { transport: axiosTransport(limits), clock });

  describe('a Feishu that is as strict as the real one', () => {
    let sandbox: Sandbox;
    beforeEach(async () => {
      sandbox = await startSandbox({
        clock,
        callbackUrl: 'http://127.0.0.1/callback',
        ordersPerDay: 1,
        feishuSecret: 'demo',
      });
    });
    afterEach(() => sandbox.close());

    test('takes the card', async () => {
      await send(sandbox.botAddress, 'demo', { severity: 'urgent', link: 'https://example.com/order' });
      expect(sandbox.feishu.cards).toMatchObject([
        {
          title: '新订单 8201739405562817',
          text: '**金额** 12.50 USD',
          colour: 'red',
          link: 'https://example.com/order',
        },
      ]);
    });

    test('takes a card of the greatest size', async () => {
      await send(sandbox.botAddress, 'demo', { text: '🛒'.repeat(20_000) });
      expect(sandbox.feishu.cards).toHaveLength(1);
    });

    test('refuses a wrong signature', async () => {
      await expect(send(sandbox.botAddress, 'wrong')).rejects.toEqual(
        problemLike('feishu_signature_refused'),
      );
    });

    test('refuses a signature that is missing', async () => {
      await expect(send(sandbox.botAddress)).rejects.toEqual(problemLike('feishu_signature_refused'));
    });

    test('refuses an address it does not know', async () => {
      await expect(send(`${sandbox.botAddress}0`, 'demo')).rejects.toEqual(
        problemLike('feishu_address_refused', { code: '19001' }),
      );
    });

    test('refuses a card without its keyword', async () => {
      sandbox.feishu.keyword = '店铺';
      await expect(send(sandbox.botAddress, 'demo')).rejects.toEqual(problemLike('feishu_keyword_missing'));
    });

    test('takes a card with its keyword in the title', async () => {
      sandbox.feishu.keyword = '新订单';
      await expect(send(sandbox.botAddress, 'demo')).resolves.toEqual({ trimmed: false });
    });

    test('takes more cards in a second than it allows, after a wait', async () => {
      for (let n = 0; n < 8; n += 1) await send(sandbox.botAddress, 'demo');
      expect(sandbox.feishu.cards).toHaveLength(8);
    });
  });

  describe('a Feishu that is in trouble', () => {
    let server: LocalServer;
    beforeEach(async () => {
      server = await startLocalServer();
    });
    afterEach(() => server.close());

    const silent: Answer = () => {};
    const cut: Answer = (response) => response.socket?.destroy();
    const cutHalfWay: Answer = (response) => {
      response.writeHead(200, { 'content-length': '500' });
      response.write('{"code":');
      setImmediate(() => response.destroy());
    };
    const lost: [string, Answer][] = [
      ['does not answer', silent],
      ['hangs up', cut],
      ['hangs up in the middle of its answer', cutHalfWay],
    ];

    test.each(lost)('and %s may have taken the card', async (_, answer) => {
      server.answerWith(answer);
      await expect(send(server.url)).rejects.toEqual(problemLike('feishu_answer_lost'));
    });

    test.each(lost)('and %s is not sent the card again', async (_, answer) => {
      server.answerWith(answer);
      await send(server.url).catch(() => {});
      expect(server.received).toHaveLength(1);
    });

    test('and sends us elsewhere is not followed', async () => {
      server.answerWith((response) => response.writeHead(307, { location: '/elsewhere' }).end());
      await send(server.url).catch(() => {});
      expect(server.received).toHaveLength(1);
    });

    test('and cannot be connected to has not taken the card', async () => {
      await server.close();
      await expect(send(server.url)).rejects.toEqual(problemLike('feishu_unreachable'));
    });
  });
});
