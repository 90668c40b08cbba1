import { messageAction } from '../../lib/channels/action.ts';
import { readInputs } from '../../lib/pack/input.ts';
import { aMessage, pager, recordingClock } from '../support/messages.ts';
import { problemLike } from '../support/problem-like.ts';
import { answered, scriptedTransport } from '../support/scripted-transport.ts';

const action = messageAction(pager);
const NOW = '2026-11-21T02:00:00.000Z';
const filledIn = { webhook_url: 'https://pager.example/hook/abcd', title: 'Title', text: 'Text' };

async function deliver(given: object, testOrigin?: string) {
  const { transport, sent } = scriptedTransport(answered({ code: 0 }));
  const { clock } = recordingClock(NOW);
  const services = { transport, clock, ...(testOrigin !== undefined && { testOrigin }) };
  const receipt = await action.sink.deliver(readInputs(action.inputs, { ...filledIn, ...given }), services);
  return { receipt, sent, body: JSON.parse(sent[0]?.body ?? '{}') };
}

describe('Action of a channel', () => {
  test('The action is named after the channel', () => {
    expect(action).toMatchObject({
      key: 'send_pager_message',
      noun: 'Pager Message',
      label: { en: 'Send Pager Message', zh: '发送寻呼消息' },
      description: { en: 'Sends a message to a pager.', zh: '向寻呼机发送消息。' },
    });
  });

  test('The action has no signing secret when the channel does not sign', () => {
    expect(Object.keys(action.inputs)).toEqual([
      'webhook_url',
      'title',
      'text',
      'severity',
      'link',
      'mention',
    ]);
  });

  test('The action asks for a hidden signing secret when the channel signs', () => {
    const signing = {
      help: { en: 'On page 2.', zh: '第 2 页。' },
      place: 'query' as const,
      sign: () => ({}),
    };
    expect(messageAction({ ...pager, signing }).inputs.signing_code).toEqual({
      type: 'secret',
      label: { en: 'Signing Secret', zh: '签名密钥' },
      help: signing.help,
    });
  });

  test('The help texts of the action are those of the channel', () => {
    const { webhook_url, severity } = action.inputs;
    expect([webhook_url.help, severity.help]).toEqual([
      { en: 'On the back of the pager.', zh: '寻呼机背面。' },
      { en: 'The emoji of the message.', zh: '决定消息图标。' },
    ]);
  });

  test('The webhook address is a hidden input', () => {
    expect(action.inputs.webhook_url.type).toBe('secret');
  });

  test('The message contains what was filled in', async () => {
    const { body } = await deliver({
      severity: 'urgent',
      mention: 'everyone',
      link: 'https://example.com/a',
    });
    expect(body).toEqual({
      title: 'Title',
      text: 'Text',
      mark: 'u',
      mention: 'everyone',
      link: 'https://example.com/a',
      openLabel: '打开 / Open',
    });
  });

  test('A message has severity info and no mention by default', async () => {
    const { body } = await deliver({});
    expect(body).toMatchObject({ mark: 'i', mention: 'nobody' });
  });

  test('The action returns a receipt', async () => {
    const { receipt } = await deliver({ text: aMessage().text });
    expect(receipt).toEqual({
      message_id: expect.stringMatching(/^[0-9a-f]{16}$/),
      title: 'Title',
      sent_at: NOW,
      is_truncated: false,
    });
  });

  test('An address on another host is refused before anything is sent', async () => {
    await expect(deliver({ webhook_url: 'https://example.com/hook/abcd' })).rejects.toEqual(
      problemLike('bad_input', {
        field: { en: 'Webhook URL', zh: 'Webhook 地址' },
        allowed: {
          en: 'the webhook URL of a Pager group bot, https://pager.example/hook/…',
          zh: '寻呼群机器人的 Webhook 地址，https://pager.example/hook/…',
        },
      }),
    );
  });

  test('An address on the configured test origin is accepted', async () => {
    const { sent } = await deliver(
      { webhook_url: 'http://127.0.0.1:4010/hook/abcd' },
      'http://127.0.0.1:4010',
    );
    expect(sent[0]?.url).toBe('http://127.0.0.1:4010/hook/abcd');
  });

  test.each(['https://', 'https://[', 'https://%'])(
    'The link %j is refused because it is no address',
    async (link) => {
      await expect(deliver({ link })).rejects.toEqual(
        problemLike('bad_input', { field: { en: 'Link', zh: '链接' } }),
      );
    },
  );

  test('A link is percent-encoded as a browser does it', async () => {
    const { body } = await deliver({ link: 'https://example.com/a"<b>?c=订' });
    expect(body.link).toBe('https://example.com/a%22%3Cb%3E?c=%E8%AE%A2');
  });
});
