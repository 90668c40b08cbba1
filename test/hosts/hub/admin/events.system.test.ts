import { HOUR, SECOND } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

interface Line {
  seq: number;
  title: string;
  title_zh: string;
  can_be_sent_again: boolean;
  deliveries: { state: string; attempts: number; reason: { en: string; zh: string } | null }[];
}

describe('Events in the administration', () => {
  let hub: TestHub;
  let subscription: string;
  beforeAll(async () => {
    hub = await startTestHub();
    const { body } = await hub.request('POST', '/v1/subscriptions', {
      trigger: 'new_order',
      url: hub.receiver.url,
    });
    subscription = body.id;
    await hub.pass(3 * HOUR);
  });
  afterAll(() => hub.stop());

  const admin = (method: string, path: string) => hub.request(method, path, undefined, hub.adminKey);
  const latest = async (): Promise<Line[]> => (await admin('GET', '/admin/events')).body.items;
  const received = () => hub.receiver.received.map(({ headers }) => String(headers['webhook-id']));
  const sendAgain = ({ seq }: Line) => admin('POST', `/admin/events/${seq}/send-again`);

  test('The newest events stand first, with titles in both languages and without their bodies', async () => {
    const lines = await latest();
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.map(({ seq }) => seq)).toEqual([...lines.map(({ seq }) => seq)].sort((a, b) => b - a));
    const [line] = lines;
    expect(line).toMatchObject({ trigger: 'new_order', subscription, can_be_sent_again: true });
    expect([line?.title, line?.title_zh]).toEqual([
      expect.any(String),
      expect.stringMatching(/\p{Script=Han}/u),
    ]);
    expect(line?.deliveries).toMatchObject([{ state: 'delivered', attempts: 1, due_at: null }]);
    expect(Object.keys(line ?? {})).not.toContain('body');
  });

  test('A delivered event that is sent again arrives under the same id', async () => {
    const [line] = await latest();
    const before = received();
    expect(await sendAgain(line as Line)).toMatchObject({ status: 202, body: { deliveries: 1 } });
    await hub.pass(2 * SECOND);
    expect(received().slice(before.length)).toEqual([before.at(-1)]);
  });

  test('An event is sent again to an address that has refused it, and the later ones follow', async () => {
    hub.receiver.answer = { status: 401 };
    await hub.pass(12 * HOUR);
    const refused = (await latest()).filter(({ deliveries }) => deliveries[0]?.state === 'waiting');
    expect(refused.length).toBeGreaterThan(1);
    hub.receiver.answer = { status: 200 };
    const arrived = received().length;
    await sendAgain(refused[0] as Line);
    await hub.pass(HOUR);
    expect(received().length - arrived).toBeGreaterThanOrEqual(refused.length);
    const states = (await latest()).map(({ deliveries }) => deliveries[0]?.state);
    expect(states).not.toContain('waiting');
  });

  test('An example is sent from the administration too', async () => {
    const arrived = hub.receiver.received.length;
    const { status, body } = await admin('POST', `/admin/subscriptions/${subscription}/example`);
    await hub.pass(2 * SECOND);
    expect([status, hub.receiver.received.length - arrived]).toEqual([202, 1]);
    expect(JSON.parse(hub.receiver.received.at(-1)?.body ?? '{}').data.id).toBe(body.id);
  });

  test.each(['events/999999/send-again', 'events/x/send-again', 'subscriptions/sub_unknown/example'])(
    'POST /admin/%s is answered with a problem',
    async (path) => {
      const { status } = await admin('POST', `/admin/${path}`);
      expect(status).toBe(path.includes('/x/') ? 422 : 404);
    },
  );
});
