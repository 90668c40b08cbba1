import type { Browser, Page } from 'playwright-core';
import { reportSkipped } from '../../../../lib/feeds/engine/skipped-events.ts';
import { storeOf } from '../../../../lib/hosts/hub/shops/tokens.ts';
import { DAY, HOUR } from '../../../../lib/runtime.ts';
import { startChromium } from '../../../../tools/docs/pictures/chromium.ts';
import { describeWithChromium } from '../../../support/chromium.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };

describeWithChromium('Page of the hub in Chromium', () => {
  let hub: TestHub;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];
  beforeAll(async () => {
    [hub, browser] = await Promise.all([startTestHub(), startChromium()]);
    page = await browser.newPage({ viewport: DESKTOP });
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
  });
  afterAll(async () => {
    await browser.close();
    await hub.stop();
  });

  test('The set-up link of the terminal leads to the admin key and to the page', async () => {
    await page.goto(hub.hub.setUpUrl ?? '');
    await page.click('text=开始');
    expect(await page.textContent('#admin-key')).toMatch(/^key_admin_/);
    await page.click('text=进入页面');
    expect(await page.textContent('#shops')).toContain('Harbor Lane Store');
  });

  test('A shop is connected by the sign-in at AliExpress, which leads back to the page', async () => {
    await page.click('text=连接另一家店铺');
    expect(await page.textContent('h1')).toContain('店铺已连接');
    await page.click('text=返回服务页面');
    expect(await page.textContent('#shops')).toContain('已连接');
  });

  test('A recipe is set up with the address of a group, and its cards arrive there', async () => {
    const { address, cards } = hub.sandbox.groups.feishu;
    await page.click('summary:has-text("新订单 → 飞书")');
    await page.fill('#recipe-new_order_to_feishu [name=feishu_webhook_url]', address);
    await page.click('#recipe-new_order_to_feishu >> text=测试并启用');
    expect(await page.textContent('#recipe-new_order_to_feishu')).toContain('已启用');
    expect(cards.map(({ title }) => title)).toEqual([expect.stringMatching(/^示例/)]);
    await hub.pass(4 * HOUR);
    await page.reload();
    const [, card] = cards;
    expect(card?.title).toMatch(/^新订单/);
    expect(await page.textContent('#events')).toContain(card?.title);
    await page.goto(address);
    expect(await page.textContent('body')).toContain(card?.title);
  });

  test('Skipped orders are listed with a button, and leave the list when it is pressed', async () => {
    const { clock, random, memo } = hub.hub.runtime;
    const seller = hub.sandbox.accounts.sellerId;
    const services = { seller, store: storeOf(hub.hub.runtime, seller), clock, random, memo };
    const at = clock.now();
    await reportSkipped(services, { from: at - 9 * DAY, to: at - 8 * DAY, feed: 'orders', orders: 12 });
    await page.goto(hub.hub.url);
    expect(await page.textContent('#skipped')).toContain('12 个订单');
    // Somebody else is as fast.
    const other = await browser.newContext({ storageState: await page.context().storageState() });
    const second = await other.newPage();
    await second.goto(hub.hub.url);
    await page.click('#skipped button');
    expect(await page.textContent('#events')).toContain('正在补查');
    expect(await page.locator('#skipped').count()).toBe(0);
    await second.click('#skipped button');
    expect(await second.textContent('[role=alert]')).toContain('该时段');
    await other.close();
  });

  test('Nothing on it is wider than the screen of a phone, with everything open', async () => {
    await page.goto(hub.hub.url);
    await page.setViewportSize(PHONE);
    await page.evaluate('document.querySelectorAll("details").forEach((each) => { each.open = true; })');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
  });

  test('The browser reports no error, such as a style that the policy forbids', () => {
    expect(errors).toEqual([]);
  });
});
