import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channels } from '../../../channels/index.ts';
import { runLive } from '../../../lib/hosts/local/live.ts';
import { readLiveSettings } from '../../../lib/hosts/local/live-settings.ts';
import { followAsBrowser } from '../../../lib/hosts/local/sign-in.ts';
import type { RecipeDeclaration } from '../../../lib/pack/recipe.ts';
import { recipes } from '../../../recipes/index.ts';
import newOrderToFeishu from '../../../recipes/new-order-to-feishu.ts';
import type { Order } from '../../../sandbox/orders.ts';
import { freePort } from '../../../sandbox/ports.ts';
import { appModule } from '../../../sandbox/run.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { storedText } from '../../support/stored-text.ts';

describe('Live run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'live-'));
  let sandbox: Sandbox;
  let env: Record<string, string>;
  beforeAll(async () => {
    const callbackUrl = `http://127.0.0.1:${await freePort()}/oauth/callback`;
    // So many calls a day that there is one to spend every second.
    sandbox = await startSandbox({ callbackUrl, dailyLimit: 100_000, signingSecret: 'live-signing-secret' });
    env = {
      CLIENT_ID: sandbox.app.appKey,
      CLIENT_SECRET: sandbox.app.appSecret,
      ALIEXPRESS_GATEWAY_URL: sandbox.url,
      ALIEXPRESS_CALLBACK_URL: callbackUrl,
      FEISHU_WEBHOOK_URL: sandbox.groups.feishu.address,
      FEISHU_WEBHOOK_SECRET: 'live-signing-secret',
      CHANNEL_TEST_ORIGIN: sandbox.url,
      DAILY_CALL_LIMIT: '100000',
    };
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  /** Adds an order that is placed now. */
  function placeOrder(): string {
    const orders = sandbox.shop.orders as Order[];
    const now = Math.floor(Date.now() / 1000) * 1000;
    const template = orders[0] as Order;
    const id = 90_000_000_000_000_000n + BigInt(orders.length);
    orders.push({ ...template, id, placedAt: now, stages: [{ at: now, status: 'PLACE_ORDER_SUCCESS' }] });
    return String(id);
  }

  /** Runs until it is stopped. Returns the printed lines. */
  async function run(
    onLine: (line: string, stop: () => void) => void,
    onPoll: () => void = () => {},
  ): Promise<string[]> {
    const lines: string[] = [];
    const stop = new AbortController();
    await runLive({
      ...readLiveSettings(env, [newOrderToFeishu], channels),
      appModule,
      folder,
      intervalMinutes: 0.01,
      print: (line) => {
        lines.push(line);
        onLine(line, () => stop.abort());
      },
      showStatus: onPoll,
      stop: stop.signal,
    });
    return lines;
  }

  test('A live run signs in and delivers, and continues after a restart', async () => {
    const placed: string[] = [];
    const first = await run(
      (line, stop) => {
        if (line.startsWith('http')) void followAsBrowser(line);
        if (line.startsWith('✓')) stop();
      },
      // The first poll fills the dedupe table; an order placed after it is new.
      () => {
        if (placed.length === 0) placed.push(placeOrder());
      },
    );
    const second = await run((line, stop) => {
      if (line.startsWith('Connected')) placed.push(placeOrder());
      if (line.startsWith('✓')) stop();
    });

    expect(first.at(-1)).toMatch(
      /^Stopped.*calls today .* [1-9]\d* of 100000 .*new events .* 1 .*delivered .* 1 /,
    );
    expect(first.some((line) => line.startsWith('http'))).toBe(true);
    expect(second.some((line) => line.startsWith('http'))).toBe(false);
    const { cards } = sandbox.groups.feishu;
    expect(cards.map(({ title }) => title)).toEqual(placed.map(() => expect.stringMatching(/^新订单 USD /)));
    expect(cards.map(({ text }) => text)).toEqual(placed.map((id) => expect.stringContaining(id)));
  });

  test('A live run asks for a new sign-in after the connection has expired', async () => {
    sandbox.accounts.revoke();
    // The shop's name is still known; the first poll finds out.
    await expect(run(() => {})).rejects.toThrow('Reconnect the shop');
    const again = await run((line, stop) => {
      if (line.startsWith('http')) void followAsBrowser(line);
      if (line.startsWith('Connected')) stop();
    });
    expect(again.some((line) => line.startsWith('http'))).toBe(true);
  });

  test('The files of a live run contain no token, secret or buyer data', () => {
    const left = storedText(folder);
    expect(left).toContain('"order_id"');
    expect(left).not.toMatch(/canary/i);
    const secrets = [
      ...sandbox.accounts.issued,
      sandbox.app.appSecret,
      sandbox.groups.feishu.token,
      'live-signing-secret',
    ];
    for (const secret of secrets) expect(left).not.toContain(secret);
  });
});

describe('Settings of a live run', () => {
  const env = {
    CLIENT_ID: '512345',
    CLIENT_SECRET: 'an-app-secret',
    FEISHU_WEBHOOK_URL: 'https://open.feishu.cn/open-apis/bot/v2/hook/0123456789',
    LOW_STOCK_PRODUCT_IDS: '1005006700000000 1005006700001111',
    TICKET_WEBHOOK_URL: 'https://desk.example.com/hook',
  };
  const recipeOf = (key: string) => recipes.find((recipe) => recipe.key === key) as RecipeDeclaration;
  const read = (given: Record<string, string>, ...keys: string[]) =>
    readLiveSettings(given, keys.map(recipeOf), channels);
  /** The settings that the errors name. */
  const missing = (given: Record<string, string>, ...keys: string[]): string[] => {
    try {
      read(given, ...keys);
      return [];
    } catch (error) {
      return (error as AggregateError).errors.map((problem) => problem.facts.setting);
    }
  };

  test('The error names all missing settings', () => {
    expect(missing({ DAILY_CALL_LIMIT: '200' }, 'new_order_to_feishu')).toEqual([
      'CLIENT_ID',
      'CLIENT_SECRET',
      'FEISHU_WEBHOOK_URL',
    ]);
  });

  test('Recipes without messages need no group', () => {
    const { FEISHU_WEBHOOK_URL: _, ...rest } = env;
    expect(missing(rest, 'paid_order_to_sheet', 'bad_review_to_ticket')).toEqual([]);
  });

  test('The recipe for low stock needs products', () => {
    const { LOW_STOCK_PRODUCT_IDS: _, ...rest } = env;
    expect(missing(rest, 'low_stock_to_purchasing')).toEqual(['LOW_STOCK_PRODUCT_IDS']);
  });

  test('The address for tickets is optional', () => {
    const { TICKET_WEBHOOK_URL: _, ...rest } = env;
    expect(missing(rest, 'bad_review_to_ticket')).toEqual([]);
  });

  test('An unusable address for tickets is refused', () => {
    expect(
      missing({ ...env, TICKET_WEBHOOK_URL: 'http://desk.example.com/' }, 'bad_review_to_ticket'),
    ).toEqual(['TICKET_WEBHOOK_URL']);
  });

  test('A setting that no chosen recipe needs is not checked', () => {
    expect(
      missing({ ...env, TICKET_WEBHOOK_URL: 'http://desk.example.com/' }, 'new_order_to_feishu'),
    ).toEqual([]);
  });

  test('Invalid product numbers are refused', () => {
    expect(missing({ ...env, LOW_STOCK_PRODUCT_IDS: 'bags' }, 'low_stock_to_purchasing')).toEqual([
      'LOW_STOCK_PRODUCT_IDS',
    ]);
  });

  test('An address that is not a Feishu bot is refused', () => {
    expect(
      missing({ ...env, FEISHU_WEBHOOK_URL: 'https://example.com/hook' }, 'new_order_to_feishu'),
    ).toEqual(['FEISHU_WEBHOOK_URL']);
  });

  test('Settings fill in the inputs that a seller fills in', () => {
    expect(read(env, 'low_stock_to_purchasing').workflows).toEqual([
      {
        recipe: recipeOf('low_stock_to_purchasing'),
        inputs: { product_ids: ['1005006700000000', '1005006700001111'] },
        fixed: { send_feishu_message: { webhook_url: env.FEISHU_WEBHOOK_URL } },
      },
    ]);
  });

  const dingTalk = {
    DINGTALK_WEBHOOK_URL: `https://oapi.dingtalk.com/robot/send?access_token=${'0a'.repeat(32)}`,
    DINGTALK_WEBHOOK_SECRET: 'SEC0123456789',
  };

  test('Another messenger is enough for a recipe with messages', () => {
    const { FEISHU_WEBHOOK_URL: _, ...rest } = env;
    const [workflow] = read({ ...rest, ...dingTalk }, 'new_order_to_feishu').workflows;
    expect(workflow?.recipe.steps).toMatchObject([{ action: { key: 'send_dingtalk_message' } }]);
    expect(workflow?.fixed).toEqual({
      send_dingtalk_message: {
        webhook_url: dingTalk.DINGTALK_WEBHOOK_URL,
        signing_code: dingTalk.DINGTALK_WEBHOOK_SECRET,
      },
    });
  });

  test('Two messengers each get a step of their own', () => {
    const [workflow] = read({ ...env, ...dingTalk }, 'new_order_to_feishu').workflows;
    expect(Object.keys(workflow?.fixed ?? {})).toEqual(['send_feishu_message', 'send_dingtalk_message']);
  });

  test('An address of another messenger is refused under the name of its setting', () => {
    const DINGTALK_WEBHOOK_URL = env.FEISHU_WEBHOOK_URL;
    expect(missing({ ...env, DINGTALK_WEBHOOK_URL }, 'new_order_to_feishu')).toEqual([
      'DINGTALK_WEBHOOK_URL',
    ]);
  });

  test('The settings are sufficient for all recipes together', () => {
    expect(missing(env, ...recipes.map(({ key }) => key))).toEqual([]);
  });
});
