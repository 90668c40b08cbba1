import { sampleEvent } from '../../../../lib/engine/samples.ts';
import { eventsIn } from '../../../../lib/hosts/hub/events/events.ts';
import { historyIn } from '../../../../lib/hosts/hub/events/history.ts';
import { subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import { MINUTE, SECOND } from '../../../../lib/runtime.ts';
import { operations } from '../../../../operations.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';
import { type HubPage, openHubPage } from '../../../support/hub-page.ts';

/** How many events `/admin/events` and the page list at once. */
const LISTED = 50;

describe('Events that have not arrived, behind many newer ones', () => {
  let hub: TestHub;
  let page: HubPage;
  let subscription: string;
  beforeAll(async () => {
    hub = await startTestHub();
    page = await openHubPage(hub);
    const { url } = hub.receiver;
    const { body } = await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url });
    subscription = body.id;
    await hub.pass(SECOND);
  });
  afterAll(() => hub.stop());

  let kept = 0;
  /** Keeps events, of which every delivery is in this state. @returns their numbers, newest first */
  function keep(count: number, state: string, reason = 'http_503'): number[] {
    const { database, vault } = hub.hub.runtime;
    const trigger = operations.triggers.find(({ key }) => key === 'new_order');
    const found = subscriptionsIn(database, vault).find(subscription);
    if (!trigger || !found) throw new Error('no subscription');
    const events = Array.from({ length: count }, () => {
      kept += 1;
      return {
        ...sampleEvent(trigger),
        id: `kept/${kept}`,
        title: `Kept ${kept}.`,
        title_zh: `留存 ${kept}。`,
      };
    });
    eventsIn(database).keepNew(found, events, ['webhook'], hub.clock.now());
    const seqs = historyIn(database)
      .latest(count)
      .map(({ seq }) => seq);
    database
      .prepare(
        `UPDATE deliveries SET state = ?, reason = ?, attempts = 10, due_at = ?,
           finished_at = iif(?1 = 'parked', NULL, 1) WHERE event IN (SELECT value FROM json_each(?))`,
      )
      .run(state, reason, hub.clock.now() + 3_600_000, JSON.stringify(seqs));
    return seqs;
  }
  const admin = async (query = '') =>
    (await hub.request('GET', `/admin/events${query}`, undefined, hub.adminKey)).body;
  const seqsIn = (items: { seq: number }[]) => items.map(({ seq }) => seq);

  test('Those that were given up, may have arrived or are tried again later are listed, newest first', async () => {
    const missed = [...keep(1, 'dead'), ...keep(1, 'unknown'), ...keep(1, 'parked')].reverse();
    keep(1, 'dead', 'recipe_switched_off');
    keep(LISTED, 'delivered');
    const { items, undelivered, next_undelivered_before: next } = await admin();
    expect([seqsIn(items).length, seqsIn(undelivered), next]).toEqual([LISTED, missed, null]);
    const states = undelivered.map(({ deliveries: [first] }: { deliveries: object[] }) => first);
    expect(states).toMatchObject([{ state: 'parked' }, { state: 'unknown' }, { state: 'dead' }]);
    expect((await admin('?shop=1')).undelivered).toEqual([]);
  });

  test('The page shows them under a heading of their own, and sends one again', async () => {
    const [, , dead] = (await admin()).undelivered;
    await page.open();
    expect(page.text('undelivered')).toContain('较早的未送达事件');
    expect(page.text('undelivered')).toContain(dead.title_zh);
    expect(page.text('events')).not.toContain(dead.title_zh);
    const arrived = hub.receiver.received.length;
    const { text } = await page.send(`send_again-${dead.seq} webhook`);
    expect(text).toContain('正在重发');
    await hub.pass(SECOND);
    expect(JSON.parse(hub.receiver.received[arrived]?.body ?? '{}').data.id).toBe('kept/1');
    expect(seqsIn((await admin()).undelivered)).not.toContain(dead.seq);
  });

  test('Of thousands, fifty stand on a page with a link to older ones, down to the first', async () => {
    keep(2 * LISTED, 'dead');
    keep(LISTED, 'delivered');
    const all = 2 * LISTED + 2;
    const listed: number[] = [];
    await page.open();
    for (let n = 0; n < 3; n += 1) {
      const forms = page
        .element('undelivered')
        .elements.filter(
          ({ tag, attributes: { id = '' } }) => tag === 'form' && id.startsWith('send_again-'),
        );
      listed.push(...forms.map(({ attributes: { id = '' } }) => Number(/-(\d+)/.exec(id)?.[1])));
      const links = page.element('undelivered').elements.filter(({ tag }) => tag === 'a');
      const older = links.find(({ text }) => text.includes('更早的事件'));
      expect([forms.length, older === undefined]).toEqual([n < 2 ? LISTED : 2, n === 2]);
      if (older) await page.open(older.attributes.href);
    }
    expect(new Set(listed).size).toBe(all);
    expect(listed).toEqual([...listed].sort((a, b) => b - a));
    expect(page.text('undelivered')).toContain('返回最新');
  });

  test('After one was sent again the page shows the same part of them', async () => {
    const { next_undelivered_before: next } = await admin();
    const [second] = (await admin(`?undelivered_before=${next}`)).undelivered;
    await page.open(`/?shop=${hub.sandbox.accounts.sellerId}&undelivered_before=${next}`);
    const { url, text } = await page.send(`send_again-${second.seq} webhook`);
    expect(new URL(url).searchParams.get('undelivered_before')).toBe(String(next));
    expect(text).toContain('正在重发');
  });

  test('A number that is none is refused, and the page shows the newest', async () => {
    const { status } = await hub.request(
      'GET',
      '/admin/events?undelivered_before=x',
      undefined,
      hub.adminKey,
    );
    expect(status).toBe(422);
    expect((await page.open('/?undelivered_before=x')).status).toBe(200);
    expect(page.text('undelivered')).toContain('更早的事件');
  });

  test('All that were given up are sent again by one button, each once, and nothing else', async () => {
    const unknown = keep(1, 'unknown');
    const switchedOff = keep(1, 'dead', 'recipe_switched_off');
    const { given_up: count } = await admin(`?shop=${hub.sandbox.accounts.sellerId}`);
    expect(count).toBeGreaterThan(LISTED);
    await page.open();
    expect(page.text('undelivered')).toContain(`全部重发（未送达 ${count} 条）`);
    const arrived = hub.receiver.received.length;
    const { text } = await page.send('send_all_again');
    expect(text).toContain('正在逐条重发');
    await hub.pass(MINUTE);
    const ids = hub.receiver.received.slice(arrived).map(({ body }) => JSON.parse(body).data.id);
    expect([ids.length, new Set(ids).size]).toEqual([count, count]);
    const { given_up: left } = await admin(`?shop=${hub.sandbox.accounts.sellerId}`);
    expect(left).toBe(0);
    const { items } = await admin();
    const stateOf = (seq: number | undefined) =>
      items.find((each: { seq: number }) => each.seq === seq).deliveries[0].state;
    expect([stateOf(unknown[0]), stateOf(switchedOff[0])]).toEqual(['unknown', 'dead']);
  });

  test('Where no shop is named there is no number, and a shop that does not exist is refused', async () => {
    expect((await admin()).given_up).toBeNull();
    const path = '/admin/shops/1/events/send-again';
    expect((await hub.request('POST', path, undefined, hub.adminKey)).status).toBe(404);
  });
});
