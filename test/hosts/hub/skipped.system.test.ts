import { DAY, HOUR, SECOND } from '../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { openHubPage } from '../../support/hub-page.ts';

interface Skipped {
  from: string;
  to: string;
  orders: number;
  text_zh: string;
  can_be_announced: boolean;
}

const LIFETIMES = { accessSeconds: (90 * DAY) / SECOND, refreshSeconds: (90 * DAY) / SECOND };

describe('Hub that stood still for nine days', () => {
  let hub: TestHub;
  let shop: string;
  let stoppedAt: number;
  beforeAll(async () => {
    hub = await startTestHub({ sandbox: { ordersPerDay: 12, lifetimes: LIFETIMES } });
    shop = hub.sandbox.accounts.sellerId;
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url: hub.receiver.url });
    await hub.pass(HOUR);
    stoppedAt = hub.clock.now();
    await hub.pause(9 * DAY);
    await hub.pass(8 * HOUR);
  });
  afterAll(() => hub.stop());

  const admin = (method: string, path: string, body?: unknown) =>
    hub.request(method, `/admin/shops/${path}`, body, hub.adminKey);
  const list = async (): Promise<Skipped[]> => (await admin('GET', `${shop}/skipped`)).body.items;
  const occurred = () =>
    hub.receiver.received.map(({ body }) => Date.parse(JSON.parse(body).data.occurred_at)).sort();

  test('The orders of the last seven days arrive by themselves', () => {
    expect(occurred().filter((at) => at > stoppedAt + 2 * DAY).length).toBeGreaterThan(60);
  });

  test('What lies further back is offered with its time and the number of its orders', async () => {
    const [span, ...others] = await list();
    expect(others).toEqual([]);
    expect(span?.orders).toBeGreaterThan(0);
    expect(span).toMatchObject({
      can_be_announced: true,
      text_zh: expect.stringContaining('超过 7 天未运行'),
    });
    expect(Date.parse(span?.to ?? '')).toBeCloseTo(stoppedAt + 2 * DAY, -7);
  });

  test('The alert about it is raised once', async () => {
    const { body } = await hub.request('GET', '/admin/alerts', undefined, hub.adminKey);
    const about = body.items.filter(({ key }: { key: string }) => key.includes('events_skipped'));
    expect(about).toHaveLength(1);
    expect(about[0]).toMatchObject({ shop, text: { zh: expect.stringContaining('未通知') } });
  });

  test('It is announced by a button of the page, each event once, and then no longer offered', async () => {
    const [span] = await list();
    const { from, to, text_zh } = span as Skipped;
    const page = await openHubPage(hub);
    expect(page.text('skipped')).toContain(text_zh);
    const [form] = page.element('skipped').elements.filter(({ tag }) => tag === 'form');
    const { url } = await page.send(form?.attributes.id ?? '');
    expect(new URL(url).searchParams.get('done')).toBe('announced');
    expect(page.text('events')).toContain('正在补查');
    const within = () => occurred().filter((at) => at > Date.parse(from) && at < Date.parse(to)).length;
    const before = within();
    await hub.pass(4 * HOUR);
    // Some were changed later, and have arrived by themselves.
    expect([before < 20, within() > 20]).toEqual([true, true]);
    const ids = hub.receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await list()).toEqual([]);
  });

  test('A time that is not offered is refused', async () => {
    const body = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
    expect((await admin('POST', `${shop}/skipped/announce`, body)).status).toBe(404);
    expect((await admin('POST', `${shop}/skipped/announce`, { from: 'x' })).status).toBe(422);
    expect((await admin('GET', '999/skipped')).status).toBe(404);
  });
});
