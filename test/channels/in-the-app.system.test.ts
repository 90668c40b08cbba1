/** The action of every messenger, run by zapier-platform-core against its simulator. */

import { channels } from '../../channels/index.ts';
import { messageActionKey } from '../../lib/channels/action.ts';
import type { Group } from '../../sandbox/messengers.ts';
import { type ConnectedApp, connectApp, thrownBy } from '../support/connected-app.ts';

const SECRET = 'signing-test-secret';

describe.each(channels.map((channel) => [messageActionKey(channel), channel] as const))(
  '%s',
  (key, channel) => {
    let app: ConnectedApp;
    let group: Group;
    beforeEach(async () => {
      app = await connectApp({ signingSecret: SECRET });
      [group] = Object.values(app.sandbox.groups).filter((each) => each.channel === channel) as [Group];
    });
    afterEach(() => app.close());

    const send = (changes: object = {}) =>
      app.run(`creates.${key}.operation.perform`, {
        webhook_url: group.address,
        ...(channel.signing && { signing_code: SECRET }),
        title: '新订单',
        text: '**金额** 10 USD',
        link: 'https://example.com/order/1',
        ...changes,
      });

    test('A message arrives in the group without an AliExpress call', async () => {
      const receipt = await send();
      expect(group.cards).toMatchObject([
        { title: '新订单', text: expect.stringContaining('**金额** 10 USD') },
      ]);
      expect(receipt).toMatchObject({ title: '新订单', is_truncated: false });
      expect(app.calls()).toBe(0);
    });

    test("A text with the platform's template braces arrives unchanged", async () => {
      await send({ text: 'literal {{bundle.inputData.x}}' });
      expect(group.cards[0]?.text).toContain('literal {{bundle.inputData.x}}');
    });

    test('A wrong signing secret is reported as such, in both languages', async () => {
      if (!channel.signing) return;
      const { message } = await thrownBy(send({ signing_code: 'wrong' }));
      expect(message).toMatch(/rejected the signature.*签名校验失败/s);
    });

    test('An address on another host is refused before anything is sent', async () => {
      const webhook_url = group.address.replace(/^http:\/\/[^/]+/, 'https://evil.example.com');
      expect((await thrownBy(send({ webhook_url }))).message).toContain('"Webhook URL" has an invalid value');
      expect(group.cards).toEqual([]);
    });

    test('A bot that is not reachable makes Zapier repeat the step', async () => {
      const webhook_url = group.address;
      await app.sandbox.close();
      expect(await thrownBy(send({ webhook_url }))).toMatchObject({
        name: 'ThrottledError',
        message: expect.stringContaining('is not reachable; the message was not delivered'),
      });
    });

    test('A message over the rate limit makes Zapier repeat the step later', async () => {
      const { perMinute } = channel.limits;
      group.recent = Array.from({ length: perMinute }, () => app.clock.now() + 30_000);
      const { name, delay } = await thrownBy(send());
      expect(name).toBe('ThrottledError');
      expect(delay).toBeGreaterThanOrEqual(60);
    });
  },
);
