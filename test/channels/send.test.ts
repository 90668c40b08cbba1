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

describe('Delivery of a message', () => {
  test('A message is posted as JSON to the webhook address', async () => {
    const { sent } = await send(ok);
    expect(sent).toMatchObject([
      { method: 'POST', url: ADDRESS, headers: { 'content-type': 'application/json; charset=utf-8' } },
    ]);
  });

  test('A delivery contains its time and whether the message was shortened', async () => {
    const { outcome } = await send(ok);
    expect(outcome).toMatchObject({ sentAt: Date.parse(NOW), isTruncated: false });
  });

  test('Two deliveries have different ids', async () => {
    const [one, other] = [await send(busy, ok), await send(ok)];
    expect(one.outcome).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(one.outcome).not.toEqual(other.outcome);
  });

  test.each<[string, HttpAnswer, ProblemKind, object]>([
    ['the address', answered({ code: 2 }), 'channel_address_refused', { code: '2' }],
    ['the size', answered({ code: 5 }), 'channel_message_too_long', { limit: 500 }],
    [
      'the content',
      answered({ code: 1 }),
      'channel_message_refused',
      { code: '1', reason: { en: 'format not accepted', zh: '格式不被接受' } },
    ],
  ])(
    'A refusal because of %s is reported and the message is not sent again',
    async (_, answer, kind, facts) => {
      const { outcome, sent } = await send(answer, ok);
      expect(outcome).toEqual(problemLike(kind, { channel: pager.name, ...facts }));
      expect(sent).toHaveLength(1);
    },
  );

  test('A problem names the channel in both languages', async () => {
    const { outcome } = await send(answered({ code: 2 }));
    expect(outcome).toMatchObject({
      message: expect.stringMatching(/^Pager does not accept .*\n寻呼不接受/s),
    });
  });

  test('A problem does not contain the text of the answer, which may hold an address', async () => {
    const { outcome } = await send(answered({ code: 99, text: 'CANARY' }));
    expect(outcome).toMatchObject({ message: expect.not.stringContaining('CANARY') });
  });
});

describe('Retry of a message', () => {
  test('A message to a busy bot is sent again after a second', async () => {
    const { outcome, waits } = await send(busy, ok);
    expect(outcome).toMatchObject({ isTruncated: false });
    expect(waits).toEqual([1000]);
  });

  test('A message to a busy bot is sent four times at most, with growing waits', async () => {
    const { outcome, sent, waits } = await send(busy, busy, busy, busy, ok);
    expect(outcome).toEqual(problemLike('channel_busy', { code: '1', retryIn: 60_000 }));
    expect(sent).toHaveLength(4);
    expect(waits).toEqual([1000, 2000, 4000]);
  });

  test('A message to a silenced bot is not sent again before the pause is over', async () => {
    const { outcome, sent } = await send(answered({ code: 4 }), ok);
    expect(outcome).toEqual(problemLike('channel_busy', { code: '4', retryIn: 600_000 }));
    expect(sent).toHaveLength(1);
  });

  test('The problem of a silenced bot says when the message will be sent again', async () => {
    const { outcome } = await send(answered({ code: 4 }));
    expect(outcome).toMatchObject({
      message: expect.stringMatching(/sent again in 10 min\..*10 分钟后自动重发/s),
    });
  });
});

describe('A message without an answer', () => {
  test.each(['timeout', 'cut', 'too_large'] as const)(
    'A message whose answer was lost (%s) is not sent again',
    async (reason) => {
      const { outcome, sent } = await send(new TransportFailure(reason), ok);
      expect(outcome).toEqual(problemLike('channel_answer_lost', { channel: pager.name }));
      expect(sent).toHaveLength(1);
    },
  );

  test('A message is reported as not delivered when the bot was not reached', async () => {
    const { outcome } = await send(new TransportFailure('not_sent'));
    expect(outcome).toEqual(problemLike('channel_unreachable', { channel: pager.name }));
  });

  test('The lost answer of a second attempt is reported as lost', async () => {
    const { outcome } = await send(busy, new TransportFailure('timeout'));
    expect(outcome).toEqual(problemLike('channel_answer_lost'));
  });

  test('An error that does not come from the network is passed on unchanged', async () => {
    const { outcome } = await send(new RangeError('a mistake of ours'));
    expect(outcome).toBeInstanceOf(RangeError);
  });
});
