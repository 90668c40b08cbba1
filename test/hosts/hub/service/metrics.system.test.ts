import { HOUR } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

const SHOP = '2201234567890';

describe('Metrics of a hub', () => {
  let hub: TestHub;
  let accepted: number;
  beforeAll(async () => {
    hub = await startTestHub();
    const { url } = hub.receiver;
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url });
    await hub.request('POST', '/v1/subscriptions', { trigger: 'order_paid' });
    await hub.pass(3 * HOUR);
    accepted = hub.receiver.received.length;
    hub.receiver.answer = { status: 503 };
    await hub.pass(HOUR);
    await hub.request('GET', '/v1/nothing');
  });
  afterAll(() => hub.stop());

  const fetchMetrics = (key: string) =>
    fetch(`${hub.hub.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  const text = async () => (await fetchMetrics(hub.adminKey)).text();
  const figure = async (series: string): Promise<number> =>
    Number(
      (await text())
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.slice(series.length),
    );

  test('They want an admin key', async () => {
    expect((await fetchMetrics(hub.shopKey)).status).toBe(401);
    expect((await fetchMetrics('')).status).toBe(401);
  });

  test('Each line is a comment or one number under a name, as Prometheus reads it', async () => {
    const answer = await fetchMetrics(hub.adminKey);
    const lines = (await answer.text()).trimEnd().split('\n');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const SERIES = /^[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?\d+(\.\d+)?(e[+-]?\d+)?$/;
    expect(lines.filter((line) => !line.startsWith('# ') && !SERIES.test(line))).toEqual([]);
    const named = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
    expect(new Set(named).size).toBe(named.length);
  });

  test('They count visits, events, deliveries, errors and calls', async () => {
    const names = [
      `hub_visits_total{shop="${SHOP}",outcome="done"}`,
      `hub_events_total{shop="${SHOP}"}`,
      'hub_deliveries_total{outcome="delivered"}',
      'hub_deliveries_total{outcome="waiting"}',
      'hub_errors_total{kind="not_found"}',
      `hub_calls_used{shop="${SHOP}"}`,
      'hub_call_wait_seconds_count',
      'hub_deliveries_waiting',
      'hub_deliveries_oldest_wait_seconds',
    ];
    const values = await Promise.all(names.map(figure));
    expect(names.filter((_, n) => !((values[n] ?? 0) > 0))).toEqual([]);
    expect(await figure('hub_shops{state="connected"}')).toBe(1);
    expect(await figure('hub_calls_limit')).toBe(200);
    expect(await figure('hub_deliveries_total{outcome="delivered"}')).toBe(accepted);
  });

  test('They name no shop but by its number, and no address', async () => {
    const all = await text();
    expect(all).not.toContain('Harbor Lane');
    expect(all).not.toContain(new URL(hub.receiver.url).host);
  });
});
