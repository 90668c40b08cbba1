import { operations } from '../../../operations.ts';
import { CHINESE } from '../../support/chinese.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../../support/connected-app.ts';

describe('A connected app with MESSAGE_LANGUAGE=en', () => {
  let app: ConnectedApp;
  beforeAll(async () => {
    app = await connectApp({ language: 'en' });
  });
  afterAll(() => app.close());

  /** Carriers write their announcements in Chinese. */
  const ANNOUNCEMENT = /^\*\*Announcement\*\* .*$/gm;

  const chineseIn = (result: unknown, path = ''): string[] => {
    if (typeof result === 'string')
      return CHINESE.test(result.replace(ANNOUNCEMENT, '')) ? [`${path}: ${result}`] : [];
    if (typeof result !== 'object' || result === null) return [];
    return Object.entries(result).flatMap(([key, part]) => chineseIn(part, `${path}.${key}`));
  };

  // Warehouses and carriers say in Chinese why a parcel is abnormal.
  const keys = operations.triggers.map(({ key }) => key).filter((key) => key !== 'abnormal_parcel');

  test.each(keys)('the trigger %s returns no Chinese', async (key) => {
    const [product] = app.sandbox.shop.products;
    const inputs = key === 'low_stock' ? { product_ids: [String(product?.id)] } : {};
    const events = await app.poll(key, inputs, { isLoadingSample: true });
    expect(chineseIn(events)).toEqual([]);
    for (const event of events) expect(event).not.toHaveProperty('title_zh');
  });

  test('searches and their line items have no Chinese keys', async () => {
    const order = app.sandbox.shop.orders.find(
      ({ shippedAt = Number.POSITIVE_INFINITY }) => shippedAt < NOON,
    );
    const found = await app.search('find_order', { order_id: String(order?.id) });
    expect(found).toHaveLength(1);
    expect(chineseIn(found)).toEqual([]);
    expect(JSON.stringify(found)).not.toContain('_zh"');
    expect(chineseIn(await app.search('find_shop', {}))).toEqual([]);
    expect(chineseIn(await app.search('find_call_budget', {}))).toEqual([]);
  });

  test('a message has an English button', async () => {
    await app.run('creates.send_feishu_message.operation.perform', {
      webhook_url: app.sandbox.groups.feishu.address,
      title: 'New order',
      text: 'Text',
      link: 'https://example.com/',
    });
    const [sent] = app.sandbox.groups.feishu.cards;
    expect(sent?.body).toContain('"content":"Open"');
    expect(chineseIn(sent)).toEqual([]);
  });

  test('a ticket has an English link', async () => {
    const [ticket] = await app.search('prepare_ticket', {
      title: 'Title',
      text: 'Text',
      event: '1',
      link: 'https://example.com/',
    });
    expect(ticket).toMatchObject({ body_markdown: 'Text\n\n[Open](https://example.com/)' });
  });

  test('a failed step names the cause in English only', async () => {
    const { message } = await thrownBy(app.search('find_order', { order_id: 'abc' }));
    expect(message).toMatch(/^"Order" has an invalid value/);
    expect(message).not.toMatch(CHINESE);
  });
});
