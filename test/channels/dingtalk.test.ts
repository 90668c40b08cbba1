import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import nock from 'nock';
import dingtalk from '../../channels/dingtalk.ts';
import { classify } from '../../lib/channels/answer.ts';
import { compose } from '../../lib/channels/compose.ts';
import { sendMessage } from '../../lib/channels/send.ts';
import { axiosTransport } from '../../lib/http/axios.ts';
import { HOSTILE_TEXTS, hostileText, markupIn } from '../support/foreign-text.ts';
import { aMessage, recordingClock } from '../support/messages.ts';
import { problemLike } from '../support/problem-like.ts';
import { answered } from '../support/scripted-transport.ts';

const NOW = '2026-11-21T02:00:00Z';
const HOST = 'https://oapi.dingtalk.com';
const TOKEN = '0123456789abcdef'.repeat(4);

const bodyOf = (changes: Parameters<typeof aMessage>[0] = {}) =>
  dingtalk.form.parse(JSON.parse(compose(dingtalk, aMessage(changes)).body));

describe('DingTalk signature', () => {
  test.each([
    [1577262236757, 'this is secret', 'hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D'],
    [1760000000007, 'SECtest', 'ws%2Fe4SeOsoDPNxWBd5jvPsat%2B%2FskmbIW8ctWEKUgKwE%3D'],
    [1599360473000, 'SECtest', '9uMBwWNha8Pcr4QQCL9YQitwL0E0g2JIxycWz23gAkE%3D'],
  ])('The signature at %d with "%s" equals the known answer', (now, secret, sign) => {
    const { timestamp, sign: made } = dingtalk.signing.sign(secret, now);
    expect([timestamp, encodeURIComponent(made)]).toEqual([String(now), sign]);
  });
});

describe('DingTalk message', () => {
  test('A message with a link is a card with one button', () => {
    expect(bodyOf({ severity: 'urgent', link: 'https://example.com/a' })).toEqual({
      msgtype: 'actionCard',
      actionCard: {
        title: '新订单 8201739405562817',
        text: '### 🔴 新订单 8201739405562817\n\n**金额** 12.50 USD',
        singleTitle: '打开 / Open',
        singleURL: 'https://example.com/a',
      },
    });
  });

  test('A message without a link is Markdown', () => {
    expect(bodyOf({ text: '**金额** 1\n_北京时间_' })).toEqual({
      msgtype: 'markdown',
      markdown: {
        title: '新订单 8201739405562817',
        text: '### 🔵 新订单 8201739405562817\n\n**金额** 1  \n*北京时间*',
      },
    });
  });

  test('A message that mentions everyone is Markdown', () => {
    expect(bodyOf({ mention: 'everyone', link: 'https://example.com/a_(b)' })).toMatchObject({
      msgtype: 'markdown',
      markdown: { text: expect.stringMatching(/\n\n\[打开 \/ Open\]\(https:\/\/example\.com\/a_%28b%29\)$/) },
      at: { isAtAll: true },
    });
  });
});

describe('Foreign text in a DingTalk message', () => {
  test.each([
    ['[refund](https://evil.example)', '［refund］（https：／／evil.example）'],
    ['![x](https://evil.example/a.png)', '！［x］（https：／／evil.example/a.png）'],
    ['<font color=red>red</font>', '＜font color=red＞red＜/font＞'],
    ['&lt;b&gt;', '＆lt;b＆gt;'],
    ['A & B', 'A & B'],
    ['www.evil.example', 'www．evil.example'],
    ['1WWW.evil.example', '1WWW．evil.example'],
    ['buyer@evil.example', 'buyer＠evil.example'],
    ['# heading', '＃ heading'],
    ['- item', '－ item'],
    ['--- ', '－--'],
    ['-5 °C', '-5 °C'],
    ['1. item', '1． item'],
    ['1.5 kg', '1.5 kg'],
    ['> quote', '＞ quote'],
    ['`code` ~~struck~~', '｀code｀ ～～struck～～'],
    ['a\\*b', 'a＊b'],
    ['dingtalk://dingtalkclient/page', 'dingtalk：／／dingtalkclient/page'],
  ])('Foreign text is written with look-alikes: %j', (text, expected) => {
    expect(bodyOf({ text, title: 'T' })).toMatchObject({ markdown: { text: `### 🔵 T\n\n${expected}` } });
  });

  /** The title and the text, as one Markdown text. */
  const markdownOf = (changes: Parameters<typeof aMessage>[0]): string => {
    const body = bodyOf(changes);
    return body.msgtype === 'markdown' ? body.markdown.text : '';
  };

  test.each(HOSTILE_TEXTS)('A Markdown parser reads %j as text, and as the text of the heading', (text) => {
    expect(markupIn(markdownOf({ title: text, text }))).toEqual(['heading']);
  });

  test('A Markdown parser reads every combination of marks as text', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (title, text) => {
        expect(markupIn(markdownOf({ title, text }))).toEqual(['heading']);
      }),
      { numRuns: 500 },
    );
  });

  test('A title is escaped in the heading and unchanged in the chat list', () => {
    expect(bodyOf({ title: '[x](https://evil.example)', text: 'a' })).toMatchObject({
      markdown: {
        title: '[x](https://evil.example)',
        text: '### 🔵 ［x］（https：／／evil.example）\n\na',
      },
    });
  });
});

describe('Answers of DingTalk', () => {
  test.each([
    [0, 'ok', { is: 'delivered' }],
    [-1, '系统繁忙', { is: 'busy' }],
    [130101, 'send too fast, exceed 20 times per minute', { is: 'busy', pauseMs: 600_000 }],
    [410100, '发送速度太快而限流', { is: 'busy', pauseMs: 600_000 }],
    [310000, 'keywords not in content', { is: 'keyword' }],
    [310000, 'description:关键词不匹配;solution:请联系群管理员查看此机器人的关键词;', { is: 'keyword' }],
    [310000, 'invalid timestamp', { is: 'signature' }],
    [310000, 'sign not match', { is: 'signature' }],
    [
      310000,
      'description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳必须都放在调用的网址中;',
      { is: 'signature' },
    ],
    [310000, 'ip 203.0.113.7 not in whitelist', { is: 'ip' }],
    [310000, 'something new', { is: 'message', reason: 'unknown' }],
    [300001, 'token is not exist', { is: 'address' }],
    [400013, '群已被解散', { is: 'address' }],
    [400101, 'access_token不存在', { is: 'address' }],
    [400102, '机器人已停用', { is: 'address' }],
    [400106, '机器人不存在', { is: 'address' }],
    [400105, '不支持的消息类型', { is: 'message', reason: 'bad_format' }],
    [40035, '缺少参数 json', { is: 'message', reason: 'bad_format' }],
    [43004, '无效的HTTP HEADER Content-Type', { is: 'message', reason: 'bad_format' }],
    [460101, 'message too long, exceed 20000 bytes', { is: 'too_long' }],
    [101002, 'message is too long', { is: 'too_long' }],
    [430104, '发送了不安全的内容', { is: 'message', reason: 'blocked_content' }],
  ])('Code %d with "%s" is classified', (errcode, errmsg, outcome) => {
    expect(classify(dingtalk, answered({ errcode, errmsg }))).toMatchObject(outcome);
  });
});

describe('Requests to DingTalk', () => {
  beforeAll(() => {
    nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => nock.cleanAll());
  afterAll(() => nock.restore());
  nock.restore();

  const send = (secret?: string) => {
    const address = `${HOST}/robot/send?access_token=${TOKEN}`;
    const message = { address, message: aMessage(), ...(secret !== undefined && { secret }) };
    return sendMessage(dingtalk, message, { transport: axiosTransport(), clock: recordingClock(NOW).clock });
  };
  /** Answers requests and records the query of each. */
  const robot = (queries: unknown[], ...answers: object[]) => {
    for (const answer of answers) {
      nock(HOST)
        .post('/robot/send')
        .query((query) => queries.push(query) > 0)
        .reply(200, answer);
    }
  };

  test('A request without a secret is unsigned', async () => {
    const queries: unknown[] = [];
    robot(queries, { errcode: 0, errmsg: 'ok' });
    await send();
    expect(queries).toEqual([{ access_token: TOKEN }]);
  });

  test('Every attempt is signed in the query with its own time', async () => {
    const queries: unknown[] = [];
    robot(queries, { errcode: -1, errmsg: '系统繁忙' }, { errcode: 0, errmsg: 'ok' });
    await send('SECtest');
    const signed = [0, 1000].map((later) => {
      const timestamp = String(Date.parse(NOW) + later);
      const sign = createHmac('sha256', 'SECtest').update(`${timestamp}\nSECtest`).digest('base64');
      return { access_token: TOKEN, timestamp, sign };
    });
    expect(queries).toEqual(signed);
  });

  test('A silenced robot gets no second request', async () => {
    const queries: unknown[] = [];
    const answer = {
      errcode: 130101,
      errmsg: 'send too fast',
      status: 1111,
      wait: 5,
      source: 'x5',
      punish: 'deny',
    };
    robot(queries, answer, { errcode: 0, errmsg: 'ok' });
    await expect(send()).rejects.toEqual(problemLike('channel_busy', { code: '130101', retryIn: 600_000 }));
    expect(queries).toHaveLength(1);
  });
});
