import prepareTicket from '../../actions/prepare-ticket.ts';
import { toTicket } from '../../lib/tickets/ticket.ts';
import { type ConnectedApp, connectApp, thrownBy } from '../support/connected-app.ts';

describe('Prepare Ticket', () => {
  let app: ConnectedApp;
  beforeAll(async () => {
    app = await connectApp();
  });
  afterAll(() => app.close());

  const prepare = async (changes: object = {}) => {
    const [ticket] = await app.search('prepare_ticket', {
      title: 'Ship by 11-21 18:05: USD 10.00',
      text: '**Amount** USD 10.00',
      event: '8201739405562817/ship_deadline',
      ...changes,
    });
    return ticket;
  };

  test('An event becomes the fields of a ticket', async () => {
    expect(
      await prepare({
        severity: 'urgent',
        event_type: 'ship_deadline',
        tags: ['shipping', 'today'],
        due_at: '2026-11-21T10:15:00+08:00',
        link: 'https://example.com/1',
      }),
    ).toMatchObject({
      subject: 'Ship by 11-21 18:05: USD 10.00',
      body_text: 'Amount: USD 10.00\n\nhttps://example.com/1',
      priority: 'urgent',
      tags: ['aliexpress', 'ship_deadline', 'shipping', 'today'],
      external_id: expect.stringContaining('8201739405562817'),
      due_at: '2026-11-21T02:15:00Z',
      due_at_ms: Date.parse('2026-11-21T02:15:00Z'),
    });
  });

  test('The event of a trigger is accepted as it is', async () => {
    const [event] = await app.poll('new_order', {}, { isLoadingSample: true });
    const { id, title_zh, text_zh, severity, link, occurred_at } = event ?? {};
    expect(
      await prepare({ title: title_zh, text: text_zh, event: id, severity, link, occurred_at, due_at: null }),
    ).toMatchObject({ subject: title_zh, priority: 'low', link, occurred_at, due_at: null });
  });

  test('The action makes no call', async () => {
    const before = app.calls();
    await prepare();
    expect(app.calls()).toBe(before);
  });

  test.each([
    ['occurred_at', 'Occurred At', 'yesterday'],
    ['due_at', 'Due At', '2026-11-21T10:15:00'],
  ])('The input %s is refused by name if it is not a time with its zone', async (key, label, value) => {
    const { message } = await thrownBy(prepare({ [key]: value }));
    expect(message).toContain(`"${label}" has an invalid value. Allowed: a time with its zone`);
  });

  test('The sample equals the real output', () => {
    expect(
      toTicket({
        title: '2-star review: The zipper broke after two days.',
        text: '**Stars** 2\n**Review** The zipper broke after two days.',
        event: '8201739405572817',
        eventType: 'bad_review',
        severity: 'urgent',
        link: 'https://gsp.aliexpress.com/apps/order/detail?orderId=8201739405562817',
        occurredAt: Date.parse('2026-11-18T15:22:41Z'),
        dueAt: Date.parse('2026-11-25T15:22:41Z'),
      }),
    ).toEqual(prepareTicket.sample);
  });
});
