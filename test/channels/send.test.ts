import { sendMessage } from '../../lib/channels/send.ts';
import { type HttpAnswer, TransportFailure } from '../../lib/http/transport.ts';
import type { ProblemKind } from '../../lib/problems.ts';
import { aMessage, pager, recordingClock } from '../support/messages.ts';
import { problemLike } from '../support/problem-like.ts';
import { answered, scriptedTransport } from '../support/scripted-transport.ts';

const NOW = '2026-11-21T02:00:00Z';
const ADDRESS = 'https://pager.example/hook/abcd';
const ok = answered({ code: 0 });
const busy = answered({ code: 1, text: 'slow down' });

/** Sends a message to a bot that gives these answers, in order. */
async function send(...script: (HttpAnswer | Error)[]) {
  const { transport, sent } = scriptedTransport(...script);
  const { clock, waits } = recordingClock(NOW);
  const outcome = await sendMessage(
    pager,
    { address: ADDRESS, message: aMessage() },
    { transport, clock },
  ).catch((error: unknown) => error);
  return { outcome, sent, waits };
}

describe('Sending a message', () => {
  test('posts JSON to the webhook address', async () => {
    const { sent } = await send(ok);
    expect(sent).toMatchObject([
      { method: 'POST', url: ADDRESS, headers: { 'content-type': 'application/json; charset=utf-8' } },
    ]);
  });

  test('returns when the message was sent and that it is whole', async () => {
    const { outcome } = await send(ok);
    expect(outcome).toMatchObject({ sentAt: Date.parse(NOW), isTruncated: false });
  });

  test('returns an id that another message does not have', async () => {
    const [one, other] = [await send(busy, ok), await send(ok)];
    expect(one.outcome).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(one.outcome).not.toEqual(other.outcome);
  });

  test.each<[string, HttpAnswer, ProblemKind, object]>([
    ['an address', answered({ code: 2 }), 'channel_address_refused', { code: '2' }],
    ['a long message', answered({ code: 5 }), 'channel_message_too_long', { limit: 500 }],
    [
      'a message',
      answered({ code: 1 }),
      'channel_message_refused',
      { code: '1', reason: { en: 'format not accepted', zh: '格式不被接受' } },
    ],
  ])('reports that the bot refused %s, once and for good', async (_, answer, kind, facts) => {
    const { outcome, sent } = await send(answer, ok);
    expect(outcome).toEqual(problemLike(kind, { channel: pager.name, ...facts }));
    expect(sent).toHaveLength(1);
  });

  test('names the channel in both languages', async () => {
    const { outcome } = await send(answered({ code: 2 }));
    expect(outcome).toMatchObject({
      message: expect.stringMatching(/^Pager does not accept .*\n寻呼不接受/s),
    });
  });

  test('does not repeat what the bot answered, because it may hold an address', async () => {
    const { outcome } = await send(answered({ code: 99, text: 'CANARY' }));
    expect(outcome).toMatchObject({ message: expect.not.stringContaining('CANARY') });
  });
});

describe('A message for a busy bot', () => {
  test('is sent again after a wait', async () => {
    const { outcome, waits } = await send(busy, ok);
    expect(outcome).toMatchObject({ isTruncated: false });
    expect(waits).toEqual([1000]);
  });

  test('is sent four times at most, with growing waits', async () => {
    const { outcome, sent, waits } = await send(busy, busy, busy, busy, ok);
    expect(outcome).toEqual(problemLike('channel_busy', { code: '1', retryIn: 60_000 }));
    expect(sent).toHaveLength(4);
    expect(waits).toEqual([1000, 2000, 4000]);
  });

  test('is not sent again while the bot is silenced, and the problem says for how long', async () => {
    const { outcome, sent } = await send(answered({ code: 4 }), ok);
    expect(outcome).toEqual(problemLike('channel_busy', { code: '4', retryIn: 600_000 }));
    expect(sent).toHaveLength(1);
  });

  test('says in words when it will be sent again', async () => {
    const { outcome } = await send(answered({ code: 4 }));
    expect(outcome).toMatchObject({
      message: expect.stringMatching(/sent again in 10 min\..*10 分钟后自动重发/s),
    });
  });
});

describe('A message without an answer', () => {
  test.each(['timeout', 'cut', 'too_large'] as const)(
    'may have been delivered after a %s, and is not sent again',
    async (reason) => {
      const { outcome, sent } = await send(new TransportFailure(reason), ok);
      expect(outcome).toEqual(problemLike('channel_answer_lost', { channel: pager.name }));
      expect(sent).toHaveLength(1);
    },
  );

  test('was not delivered when the bot was not reached', async () => {
    const { outcome } = await send(new TransportFailure('not_sent'));
    expect(outcome).toEqual(problemLike('channel_unreachable', { channel: pager.name }));
  });

  test('may have been delivered when a later attempt got no answer', async () => {
    const { outcome } = await send(busy, new TransportFailure('timeout'));
    expect(outcome).toEqual(problemLike('channel_answer_lost'));
  });

  test('passes on a failure that is not of the network as it is', async () => {
    const { outcome } = await send(new RangeError('a mistake of ours'));
    expect(outcome).toBeInstanceOf(RangeError);
  });
});
