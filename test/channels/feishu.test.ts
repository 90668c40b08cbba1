import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import nock from 'nock';
import feishu from '../../channels/feishu.ts';
import { classify } from '../../lib/channels/answer.ts';
import { compose } from '../../lib/channels/compose.ts';
import { sendMessage } from '../../lib/channels/send.ts';
import { axiosTransport } from '../../lib/http/axios.ts';
import { HOSTILE_TEXTS, hostileText, markupIn } from '../support/foreign-text.ts';
import { aMessage, recordingClock } from '../support/messages.ts';
import { problemLike } from '../support/problem-like.ts';
import { answered } from '../support/scripted-transport.ts';

const NOW = '2026-11-21T02:00:00Z';
const HOST = 'https://open.feishu.cn';
const HOOK = '/open-apis/bot/v2/hook/0a1b2c3d-4e5f-6789-abcd-ef0123456789';

const bodyOf = (changes: Parameters<typeof aMessage>[0] = {}) =>
  feishu.form.parse(JSON.parse(compose(feishu, aMessage(changes)).body));
const markdownOf = (text: string): string => {
  const [element] = bodyOf({ text }).card.body.elements;
  return element?.tag === 'markdown' ? element.content : '';
};

describe('Feishu signature', () => {
  test.each([
    ["the official sample's", 1599360473, 'demo', 'l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8='],
    ['a published', 1757900000, 'lark-test-secret', 'rWW3ygiAdSmKEIysYTVjbdbv4Xnqjn35pAGLgGJZsNg='],
    ['another', 1599360473, 'test', 'NVcdmaRhTlOqmXksontxmKEP4AYWAMD5VOczwSqarks='],
  ])('The signature equals %s known answer', (_, seconds, secret, sign) => {
    expect(feishu.signing.sign(secret, seconds * 1000 + 999)).toEqual({ timestamp: String(seconds), sign });
  });

  test('The signature has time and secret as its key, not as its message', () => {
    const reversed = createHmac('sha256', 'demo').update('1599360473\ndemo').digest('base64');
    expect(feishu.signing.sign('demo', 1599360473_000).sign).not.toBe(reversed);
  });
});

describe('Feishu card', () => {
  test('A card has the documented form', () => {
    expect(bodyOf({ severity: 'warning', link: 'https://example.com/a?b=1' })).toEqual({
      msg_type: 'interactive',
      card: {
        schema: '2.0',
        config: { update_multi: true },
        header: { title: { tag: 'plain_text', content: '新订单 8201739405562817' }, template: 'orange' },
        body: {
          direction: 'vertical',
          elements: [
            { tag: 'markdown', content: '**金额** 12&#46;50 USD' },
            {
              tag: 'button',
              text: { tag: 'plain_text', content: '打开 / Open' },
              type: 'primary',
              behaviors: [{ type: 'open_url', default_url: 'https://example.com/a?b=1' }],
            },
          ],
        },
      },
    });
  });

  test.each([
    ['info', 'blue'],
    ['warning', 'orange'],
    ['urgent', 'red'],
  ] as const)('A card of severity %s is %s', (severity, color) => {
    expect(bodyOf({ severity }).card.header.template).toBe(color);
  });

  test('Bold and italic text stays bold and italic', () => {
    expect(markdownOf('**金额** 12\n_时间均为北京时间_')).toBe('**金额** 12\n*时间均为北京时间*');
  });

  test('A card without a link has no button', () => {
    expect(bodyOf().card.body.elements).toHaveLength(1);
  });

  test('A mention of everyone stands before the text', () => {
    expect(bodyOf({ text: 'Text', mention: 'everyone' }).card.body.elements[0]).toEqual({
      tag: 'markdown',
      content: '<at id=all></at>\nText',
    });
  });

  test('The title of a card is plain text and is not escaped', () => {
    expect(bodyOf({ title: '<at id=all> **1**' }).card.header.title.content).toBe('<at id=all> **1**');
  });
});

describe('Foreign text in a Feishu card', () => {
  test.each(HOSTILE_TEXTS)('A Markdown parser reads %j as text', (text) => {
    expect(markupIn(markdownOf(text))).toEqual([]);
  });

  test('A Markdown parser reads every combination of marks as text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(markupIn(markdownOf(text))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('Answers of Feishu', () => {
  test.each([
    [0, 'success', { is: 'delivered' }],
    [9499, 'Bad Request', { is: 'message', reason: 'bad_format' }],
    [9499, 'too many request', { is: 'busy' }],
    [11232, 'frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]', { is: 'busy' }],
    [2200, 'internal error', { is: 'busy' }],
    [
      11246,
      'Failed to create card content, ext=ErrCode: 200570; ErrMsg: card contains invalid image keys; ErrorValue: a;',
      { is: 'message', reason: 'invalid_image' },
    ],
    [11246, 'Failed to create card content, ext=Service Internal Error', { is: 'busy' }],
    [11246, 'create message content fail', { is: 'message', reason: 'bad_format' }],
    [11312, 'message did not pass the audit', { is: 'message', reason: 'blocked_content' }],
    [19001, 'param invalid: incoming webhook access token invalid', { is: 'address' }],
    [19002, 'params error, msg_type need', { is: 'message', reason: 'bad_format' }],
    [19021, 'sign match fail or timestamp is not within one hour from current time', { is: 'signature' }],
    [19022, 'Ip Not Allowed', { is: 'ip' }],
    [19024, 'Key Words Not Found', { is: 'keyword' }],
    [19036, 'message too long', { is: 'too_long' }],
    [99999, 'something new', { is: 'message', reason: 'unknown' }],
  ])('Code %d with "%s" is classified', (code, msg, outcome) => {
    expect(classify(feishu, answered({ code, msg, data: {} }))).toMatchObject(outcome);
  });

  test('The StatusCode of an older bot is classified', () => {
    expect(classify(feishu, answered({ StatusCode: 0, StatusMessage: 'success' }))).toMatchObject({
      is: 'delivered',
    });
    expect(classify(feishu, answered({ StatusCode: 19001 }))).toMatchObject({ is: 'address' });
  });

  test('The code takes precedence over the StatusCode', () => {
    expect(classify(feishu, answered({ StatusCode: 0, code: 19024 }))).toMatchObject({ is: 'keyword' });
  });
});

describe('Requests to Feishu', () => {
  beforeAll(() => {
    nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => nock.cleanAll());
  afterAll(() => nock.restore());
  nock.restore();

  const send = (secret?: string) => {
    const message = { address: HOST + HOOK, message: aMessage(), ...(secret !== undefined && { secret }) };
    return sendMessage(feishu, message, { transport: axiosTransport(), clock: recordingClock(NOW).clock });
  };

  test('A request without a secret is unsigned JSON over https', async () => {
    const scope = nock(HOST, { reqheaders: { 'content-type': 'application/json; charset=utf-8' } })
      .post(HOOK, (body) => Object.keys(body).join() === 'msg_type,card')
      .reply(200, { code: 0, msg: 'success', data: {} });
    await send();
    expect(scope.isDone()).toBe(true);
  });

  test('Every attempt is signed with its own time', async () => {
    const times: string[] = [];
    nock(HOST)
      .post(HOOK, ({ timestamp, sign }) => {
        times.push(timestamp);
        return sign === createHmac('sha256', `${timestamp}\ndemo`).digest('base64');
      })
      .twice()
      .reply(400, { code: 9499, msg: 'too many request', data: {} })
      .post(HOOK)
      .reply(200, { code: 0 });
    await send('demo');
    expect(times).toEqual([1795226400, 1795226401].map(String));
  });

  test('A redirect is not followed', async () => {
    nock(HOST).post(HOOK).reply(307, '', { location: 'https://evil.example/' });
    await expect(send()).rejects.toEqual(problemLike('channel_unreachable', { channel: feishu.name }));
  });
});
