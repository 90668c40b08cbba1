import { channels } from '../../../../channels/index.ts';
import { readPresets } from '../../../../lib/hosts/hub/recipes/presets.ts';
import { recipes } from '../../../../recipes/index.ts';
import { startTestHub } from '../../../support/hub.ts';

const SETTINGS = {
  FEISHU_WEBHOOK_URL: 'https://open.feishu.cn/open-apis/bot/v2/hook/0123456789abcdef',
  FEISHU_WEBHOOK_SECRET: 'a-secret',
  TICKET_WEBHOOK_URL: 'https://tickets.example.com/new',
  LOW_STOCK_PRODUCT_IDS: '1005001234567890, 1005001234567891',
};

describe('Settings of recipes in .env', () => {
  const read = (env: Record<string, string>) => readPresets(env, { recipes, channels }, {});

  test('They fill in the recipes of the first shop, which nothing is missing from then', async () => {
    const hub = await startTestHub({ recipeSettings: SETTINGS });
    const path = `/admin/shops/${hub.sandbox.accounts.sellerId}/recipes`;
    const { items } = (await hub.request('GET', path, undefined, hub.adminKey)).body;
    expect(items.flatMap(({ missing }: { missing: unknown[] }) => missing)).toEqual([]);
    expect(items.every(({ state }: { state: string }) => state === 'off')).toBe(true);
    const lowStock = items.find(({ key }: { key: string }) => key === 'low_stock_to_purchasing');
    expect(lowStock.fields).toContainEqual(
      expect.objectContaining({ key: 'product_ids', value: ['1005001234567890', '1005001234567891'] }),
    );
    const changed = { settings: { feishu_webhook_secret: '' } };
    await hub.request('PUT', `${path}/new_order_to_feishu`, changed, hub.adminKey);
    await hub.stop();
  });

  test('A recipe gets those that it has fields for', () => {
    expect(read(SETTINGS).get('bad_review_to_ticket')).toEqual({
      ticket_webhook_url: 'https://tickets.example.com/new',
    });
    expect(read(SETTINGS).get('new_order_to_feishu')).toEqual({
      feishu_webhook_url: SETTINGS.FEISHU_WEBHOOK_URL,
      feishu_webhook_secret: 'a-secret',
    });
  });

  test('Without settings no recipe is filled in', () => {
    expect(read({}).size).toBe(0);
  });

  test.each([
    ['FEISHU_WEBHOOK_URL', 'https://example.com/'],
    ['TICKET_WEBHOOK_URL', 'http://example.com/'],
    ['LOW_STOCK_PRODUCT_IDS', 'the blue one'],
  ])('%s is named if it is malformed', (setting, value) => {
    expect(() => read({ ...SETTINGS, [setting]: value })).toThrow(setting);
  });
});
