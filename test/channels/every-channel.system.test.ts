/** Rules for every messenger, tested on each declaration and with its simulator in the sandbox. */

import fc from 'fast-check';
import { channels } from '../../channels/index.ts';
import { readAddress } from '../../lib/channels/address.ts';
import type { ChannelDeclaration, Outcome } from '../../lib/channels/channel.ts';
import { compose } from '../../lib/channels/compose.ts';
import { sendMessage } from '../../lib/channels/send.ts';
import { channelSettings } from '../../lib/channels/settings.ts';
import { axiosTransport } from '../../lib/http/axios.ts';
import { simulators } from '../../sandbox/channels/index.ts';
import type { Group } from '../../sandbox/messengers.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { aMessage } from '../support/messages.ts';
import { problemLike } from '../support/problem-like.ts';

const SANDBOX = 'http://127.0.0.1:4010';
const SECRET = 'signing-secret';
const each = channels.map((channel) => [channel.name.en, channel] as const);

test('Every channel has a simulator in the sandbox under its key', () => {
  expect(Object.entries(simulators).map(([key, { channel }]) => [key, channel])).toEqual(
    channels.map((channel) => [channel.key, channel]),
  );
});

test('No two channels share a key or the name of a setting', () => {
  const names = channels.flatMap((channel) => [channel.key, ...Object.values(channelSettings(channel))]);
  expect(new Set(names).size).toBe(names.length);
});

describe.each(each)('Webhook address of %s', (_, channel) => {
  const { origins, path } = channel.address;
  const { newToken } = Object.values(simulators).find((simulator) => simulator.channel === channel) ?? {};
  const token = newToken?.() ?? '';
  const rest = path + token;
  const host = origins[0]?.slice('https://'.length);
  const read = (text: string, testOrigin?: string) => readAddress(channel, text, 'Webhook URL', testOrigin);

  test.each(origins)('A webhook address on %s is accepted', (origin) => {
    expect(read(` ${origin}${rest}\n`)).toBe(`${origin}${rest}`);
  });

  test.each([
    ['nothing', ''],
    ['not an address', 'my bot'],
    ['on another host', `https://example.com${rest}`],
    ['on a host that ends alike', `https://evil-${host}${rest}`],
    ['on a host that begins alike', `https://${host}.example.com${rest}`],
    ['on a host of which ours is the user name', `https://${host}@example.com${rest}`],
    ['on a host behind a backslash', `https://example.com\\@${host}${rest}`],
    ['on this machine', `http://127.0.0.1${rest}`],
    ["in a cloud's own network", `http://169.254.169.254${rest}`],
    ['without encryption', `http://${host}${rest}`],
    ['with a port', `https://${host}:443${rest}`],
    ['with a user and a password', `https://user:pass@${host}${rest}`],
    ['with a password alone', `https://:pass@${host}${rest}`],
    ['with a fragment', `https://${host}${rest}#a`],
    ['with one more parameter', `https://${host}${rest}&to=example.com`],
    ['with a query behind it', `https://${host}${rest}?to=example.com`],
    ['with more behind the token', `https://${host}${rest}/more`],
    ['without a token', `https://${host}${path}`],
    ['with a token that is too short', `https://${host}${path}a`],
    ['that leaves its path', `https://${host}${path}../../../${token}`],
    ['that leaves its path in disguise', `https://${host}${path}%2e%2e%2f${token}`],
    ['in two lines', `https://${host}${rest}\nhttps://example.com`],
  ])('A webhook address is refused when it is %s', (_case, address) => {
    expect(() => read(address)).toThrow(problemLike('bad_input', { field: 'Webhook URL' }));
  });

  test.each(channels.filter((other) => other !== channel).map(({ key }) => key))(
    'A webhook address of another messenger is refused: %s',
    (key) => {
      const [other] = channels.filter((given) => given.key === key);
      expect(() => read(`${other?.address.origins[0]}${other?.address.path}${token}`)).toThrow(
        problemLike('bad_input'),
      );
    },
  );

  test('A webhook address on the test origin is accepted, and on no other port', () => {
    expect(read(`${SANDBOX}${rest}`, SANDBOX)).toBe(`${SANDBOX}${rest}`);
    expect(() => read(`http://127.0.0.1:4011${rest}`, SANDBOX)).toThrow(problemLike('bad_input'));
    expect(() => read(`${SANDBOX}/sync`, SANDBOX)).toThrow(problemLike('bad_input'));
  });

  test('The problem of a webhook address does not contain its token', () => {
    expect(() => read(`https://example.com${rest}`)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(token) }),
    );
  });
});

/** Text of any characters, often far too long for a message. */
const anyText = fc
  .tuple(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.stringMatching(/^[*_\\<>[\]()#"&.\n-]{0,20}$/),
    fc.nat(400),
  )
  .map(([binary, graphemes, marks, times]) => (binary + marks + graphemes).repeat(times));
const anyMessage = fc.record({
  title: anyText,
  text: anyText,
  severity: fc.constantFrom('info', 'warning', 'urgent'),
  mention: fc.constantFrom('nobody', 'everyone'),
  link: fc.option(fc.webUrl({ validSchemes: ['https'] }), { nil: undefined }),
});

describe.each(each)('Message form of %s', (_, channel) => {
  const { bytes } = channel.limits;
  const size = (body: string) => Buffer.byteLength(body);
  const composed = (changes: Parameters<typeof aMessage>[0]) => compose(channel, aMessage(changes));

  test('Every message has the declared form and keeps the size limit', () => {
    fc.assert(
      fc.property(anyMessage, ({ link, ...message }) => {
        const { body } = compose(channel, { ...message, ...(link !== undefined && { link }) });
        expect(size(body)).toBeLessThanOrEqual(bytes);
        expect(channel.form.safeParse(JSON.parse(body)).error).toBeUndefined();
        expect(body.isWellFormed()).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('A text ends with … exactly when it was shortened', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { body, isTruncated } = composed({ text: `${text}.` });
        expect(JSON.stringify(JSON.parse(body)).includes('…"')).toBe(isTruncated);
      }),
      { numRuns: 150 },
    );
  });

  test('A message is whole up to the last byte that the channel accepts', () => {
    const room = bytes - size(composed({ text: 'a' }).body) + 1;
    expect(composed({ text: 'a'.repeat(room) })).toEqual({
      body: expect.stringContaining('a'.repeat(room)),
      isTruncated: false,
    });
    expect(composed({ text: 'a'.repeat(room + 1) }).isTruncated).toBe(true);
  });

  test('A shortened text is as long as the channel accepts', () => {
    expect(size(composed({ text: '订'.repeat(20_000) }).body)).toBeGreaterThan(bytes - size('订'));
  });

  test('A shortened text does not end inside an escape', () => {
    const { body } = composed({ text: '<at id=all></at>'.repeat(2000) });
    expect(body.replaceAll(channel.markup.escape('<at id=all></at>'), '')).not.toContain('<at');
    expect(body).not.toMatch(/&#?\d*…/);
  });

  test('A shortened text does not end inside an emoji', () => {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const { body } = composed({ text: before + '👩‍👩‍👧'.repeat(3000) });
      expect(body).toMatch(/👩‍👩‍👧…/);
    }
  });

  const { signing } = channel;
  if (signing?.place === 'body')
    test('A signature in the body counts towards the size limit', () => {
      const text = 'a'.repeat(bytes - size(composed({ text: 'a' }).body) + 1);
      expect(compose(channel, aMessage({ text }), signing.sign(SECRET, 0)).isTruncated).toBe(true);
    });

  test('A title is cut at 200 characters', () => {
    expect(composed({ title: 'a'.repeat(201) })).toEqual({
      body: expect.stringContaining(`${'a'.repeat(199)}…`),
      isTruncated: true,
    });
    expect(composed({ title: 'a'.repeat(200) }).isTruncated).toBe(false);
  });

  test('Each severity has a color or emoji of its own', () => {
    const bodies = (['info', 'warning', 'urgent'] as const).map((severity) => composed({ severity }).body);
    expect(new Set(bodies).size).toBe(3);
  });
});

describe.each(each)('Group at %s', (_, channel: ChannelDeclaration) => {
  const clock = fixedClock('2026-11-21T02:00:00Z');
  const transport = axiosTransport({ timeoutMs: 5000, maxBytes: 100_000 });
  let sandbox: Sandbox;
  let group: Group;
  beforeEach(async () => {
    sandbox = await startSandbox({
      clock,
      callbackUrl: 'http://127.0.0.1/callback',
      ordersPerDay: 1,
      signingSecret: SECRET,
    });
    [group] = Object.values(sandbox.groups).filter((given) => given.channel === channel) as [Group];
  });
  afterEach(() => sandbox.close());

  const send = (
    changes: Parameters<typeof aMessage>[0] = {},
    { secret = SECRET, address = group.address } = {},
  ) => sendMessage(channel, { address, secret, message: aMessage(changes) }, { transport, clock });

  test('A message is delivered with title, text, severity and link', async () => {
    await send({ severity: 'urgent', link: 'https://example.com/order' });
    expect(group.cards).toMatchObject([
      {
        title: '新订单 8201739405562817',
        text: expect.stringContaining('**金额** 12.50 USD'),
        severity: 'urgent',
        link: 'https://example.com/order',
        mentionsEveryone: false,
      },
    ]);
  });

  test('A message that mentions everyone still contains its link', async () => {
    await send({ mention: 'everyone', link: 'https://example.com/a_(b)' });
    expect(group.cards).toMatchObject([
      { mentionsEveryone: true, link: expect.stringMatching(/^https:.*a_/) },
    ]);
  });

  test.each([
    '<at id=all></at>',
    '<font color=red>red</font>',
    '<person id=ou_1></person>',
    '[refund here](https://evil.example)',
    '![x](https://evil.example/a.png)',
    'see https://evil.example/订单',
    '@所有人 # heading',
  ])('The review %j is shown as text', async (text) => {
    await send({ text, title: text });
    expect(group.cards).toMatchObject([{ mentionsEveryone: false }]);
    expect(group.cards[0]?.link).toBeUndefined();
  });

  test('A message of the maximum size is delivered', async () => {
    await expect(send({ text: '🛒'.repeat(20_000) })).resolves.toMatchObject({ isTruncated: true });
    expect(group.cards).toHaveLength(1);
  });

  test('An unknown address is reported as such', async () => {
    const address = group.address.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    await expect(send({}, { address })).rejects.toEqual(problemLike('channel_address_refused'));
  });

  const { rules } = channel.answers;
  const refuses = (is: Outcome['is']) => rules.some((rule) => rule.is === is);
  const moderates = rules.some((rule) => rule.is === 'message' && rule.reason === 'blocked_content');

  if (channel.signing)
    test('A wrong or missing signature is reported as such', async () => {
      for (const secret of ['wrong', ''])
        await expect(send({}, { secret })).rejects.toEqual(problemLike('channel_signature_refused'));
    });

  if (refuses('ip'))
    test('An IP address outside the allowlist is reported as such', async () => {
      group.refusesThisAddress = true;
      await expect(send()).rejects.toEqual(problemLike('channel_ip_refused'));
    });

  if (refuses('keyword'))
    test('A missing keyword is reported, and one in title or text is accepted', async () => {
      group.keyword = '店铺';
      await expect(send()).rejects.toEqual(problemLike('channel_keyword_missing'));
      await send({ title: '店铺 新订单' });
      await send({ text: '店铺' });
      expect(group.cards).toHaveLength(2);
    });

  if (moderates)
    test('Blocked content is reported as such', async () => {
      group.blockedWord = '发票';
      await expect(send({ text: '代开发票' })).rejects.toEqual(
        problemLike('channel_message_refused', { reason: { en: 'content blocked', zh: '内容被拦截' } }),
      );
    });

  test('The declared messages per minute are delivered and one more is too many', async () => {
    const { perMinute, perSecond = 1 } = channel.limits;
    for (let n = 0; n < perMinute; n += 1) {
      await send();
      clock.advance(1000 / Math.max(perSecond, 2));
    }
    await expect(send()).rejects.toEqual(problemLike('channel_busy'));
    expect(group.cards).toHaveLength(perMinute);
  });
});
