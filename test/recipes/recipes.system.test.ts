import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecipeDeclaration } from '../../lib/pack/recipe.ts';
import accountAlertToFeishu from '../../recipes/account-alert-to-feishu.ts';
import { recipes } from '../../recipes/index.ts';
import { readCsv } from '../../sandbox/deliveries.ts';
import type { DeliveredCard } from '../../sandbox/messengers.ts';
import { stockAt } from '../../sandbox/products.ts';
import { RUN_START } from '../../sandbox/run.ts';
import { openShop, type Shop } from '../../sandbox/shop.ts';
import { isGuaranteed, simulateWeek, type WeekReport } from '../../sandbox/week.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const DAYS = 2;
/** In this shop every recipe has events. */
const shopOptions = { seed: 108, curve: 'olist', ordersPerDay: 40, historyDays: 25 } as const;
const CALLS = 500;

type Row = Record<string, string>;
type Ticket = Record<string, unknown>;

describe('Recipes run by the platform of the simulation', () => {
  let folder: TemporaryFolder;
  let report: WeekReport;
  let shop: Shop;
  beforeAll(async () => {
    folder = temporaryFolder();
    report = await simulateWeek({
      ...shopOptions,
      // Without a tracker, most stalls of two days would be found later.
      tracker: true,
      days: DAYS,
      drainDays: 0,
      interval: 90,
      dailyLimit: CALLS,
      folder: folder.path,
    });
    const to = RUN_START + DAYS * 86_400_000;
    shop = openShop({ ...shopOptions, from: RUN_START, to });
  });
  afterAll(() => folder.remove());

  const resultOf = (key: string) => report.recipes.find(({ recipe }) => recipe.key === key);
  const cardsTitled = (pattern: RegExp): DeliveredCard[] =>
    report.cards.filter(({ title }) => pattern.test(title));
  /** Cards and the number in their line with this label. */
  const cards = (title: RegExp, label: string) =>
    cardsTitled(title).map((card) => ({ ...card, about: lineOf(card.text, label) }));
  /** Of a card, where the label is bold, or of the plain text of a ticket. */
  const lineOf = (text: unknown, label: string): string =>
    new RegExp(`${label}(?:\\*\\* |：)([^\\n]+)`).exec(String(text))?.[1] ?? '';
  const rowsOf = (key: string): Row[] => {
    const [header = [], ...rows] = readCsv(readFileSync(join(folder.path, 'sheets', `${key}.csv`), 'utf8'));
    return rows.map((cells) => Object.fromEntries(header.map((name, n) => [name, cells[n] ?? ''])));
  };
  const tickets = (tag: string): Ticket[] =>
    readdirSync(join(folder.path, 'tickets'))
      .map((file) => JSON.parse(readFileSync(join(folder.path, 'tickets', file), 'utf8')))
      .filter(({ tags }) => tags.includes(tag));
  const orderOf = (id: unknown) => shop.orders.find((order) => String(order.id) === id);
  const amountOf = (id: unknown) =>
    (
      (orderOf(id)?.lines ?? []).reduce((sum, { unitCents, quantity }) => sum + unitCents * quantity, 0) / 100
    ).toFixed(2);
  const inBeijing = (at: number | undefined) =>
    at === undefined ? '' : new Date(at + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

  test.each(recipes.map((recipe) => [recipe.title.en, recipe] as const))(
    'The recipe "%s" delivers nothing twice and nothing false',
    (_, { key }) => {
      expect(resultOf(key)).toMatchObject({ duplicates: [], falseAlerts: [] });
    },
  );

  test('No account alert is posted while nothing goes wrong', () => {
    expect(resultOf(accountAlertToFeishu.key)?.delivered).toBe(0);
  });

  test('An abnormal parcel is an urgent card with the reason and the order', () => {
    const found = cards(/前处理：|^包裹异常：/, '订单号');
    expect(found.length).toBeGreaterThan(0);
    for (const { about, text, severity } of found) {
      const reasons = shop.parcels
        .filter(({ order }) => String(order.id) === about)
        .flatMap(({ abnormalities }) => abnormalities.map(({ reason }) => reason));
      expect(reasons).toContain(lineOf(text, '异常原因'));
      expect(severity).toBe('urgent');
    }
  });

  test.each(recipes.map((recipe) => [recipe.title.en, recipe] as const))(
    'The recipe "%s" delivers all events that it guarantees',
    (_, recipe) => {
      const result = resultOf(recipe.key);
      if (recipe !== accountAlertToFeishu) expect(result?.delivered).toBeGreaterThan(0);
      if (isGuaranteed({ recipe })) expect(result?.missed).toEqual([]);
    },
  );

  test('A new order is a card with its amount and its link', () => {
    const found = cards(/^新订单 USD/, '订单号');
    expect(found.length).toBeGreaterThan(0);
    for (const { title, about, text, link } of found) {
      expect([title, text]).toEqual([
        expect.stringContaining(`USD ${amountOf(about)} · `),
        expect.stringContaining(`USD ${amountOf(about)}`),
      ]);
      expect(link).toContain(about);
    }
  });

  test('A paid order is a row that an ERP can read', () => {
    for (const row of rowsOf('paid_order_to_sheet')) {
      const order = orderOf(row['订单号 / Order number']);
      expect(row).toMatchObject({
        '付款时间 / Paid at': inBeijing(order?.paidAt),
        '金额 / Amount': String(Number(amountOf(String(order?.id)))),
        '币种 / Currency': 'USD',
        '件数 / Quantity': String(order?.lines.reduce((sum, { quantity }) => sum + quantity, 0)),
      });
    }
  });

  test('A cancelled order is a row with its reason, without a payment time if it was unpaid', () => {
    for (const row of rowsOf('cancelled_order_to_sheet')) {
      const order = orderOf(row['订单号 / Order number']);
      expect(row['原因 / Reason']).toMatch(/^[\u4e00-\u9fff]+$/);
      expect(row['付款时间 / Paid at']).toBe(inBeijing(order?.paidAt));
    }
  });

  test('A shipping deadline is an urgent card that names the deadline in Beijing time', () => {
    const found = cards(/前发货：/, '订单号');
    expect(found.length).toBeGreaterThan(0);
    for (const { about, title, severity } of found) {
      const released = orderOf(about)?.stages.find(({ status }) => status === 'WAIT_SELLER_SEND_GOODS');
      const deadline = new Date((released?.at ?? 0) + (72 + 8) * 3_600_000).toISOString();
      expect(title).toContain(deadline.slice(5, 13).replace('T', ' '));
      expect(severity).toBe('urgent');
    }
  });

  test('A bad review is an urgent ticket with the words of the buyer', () => {
    const found = tickets('bad_review');
    expect(found.length).toBeGreaterThan(0);
    for (const { subject, body_text, priority } of found) {
      const [, stars] = /^(\d) 星评价/.exec(String(subject)) ?? [];
      const reviews = shop.reviews.get(BigInt(lineOf(body_text, '订单号'))) ?? [];
      const written = reviews.filter((review) => review.stars === Number(stars));
      expect(priority).toBe('urgent');
      expect(written.some(({ text }) => String(body_text).includes(text ?? ''))).toBe(true);
    }
  });

  test('A parcel stuck in customs is a card with the hours', () => {
    for (const { about } of cards(/^清关滞留/, '清关滞留（小时）'))
      expect(Number(about)).toBeGreaterThanOrEqual(72);
  });

  test('A parcel without a tracking update is a ticket with its tracking number', () => {
    const numbers = [...shop.parcels.values()].map(({ trackingNumber }) => trackingNumber);
    for (const { body_text } of tickets('logistics_stall'))
      expect(numbers).toContain(lineOf(body_text, '运单号'));
  });

  test('A dispute is a ticket and a card about the same order', () => {
    const inTickets = tickets('dispute_opened').map(({ body_text }) => lineOf(body_text, '订单号'));
    const inCards = cards(/^新纠纷：/, '订单号').map(({ about }) => about);
    expect(inTickets.length).toBeGreaterThan(0);
    expect(inTickets.sort()).toEqual(inCards.sort());
  });

  test('A dispute deadline is a card with the reason and the maximum refund', () => {
    const found = cards(/前响应纠纷：/, '订单号');
    for (const { about, text } of found) {
      const dispute = shop.disputes.get(BigInt(about));
      const paid = ((dispute?.line.unitCents ?? 0) * (dispute?.line.quantity ?? 0)) / 100;
      expect(text).toContain(`USD ${paid.toFixed(2)}`);
      expect(text).toContain(dispute?.reason.chinese);
    }
  });

  test('A delisted product is a card with its name and number', () => {
    for (const { about, text } of cards(/下架：/, '商品 ID')) {
      const product = shop.products.find(({ id }) => String(id) === about);
      expect(text).toContain(product?.name);
    }
  });

  test('Low stock is a row of the purchasing list with what is left', () => {
    for (const row of rowsOf('low_stock_to_purchasing')) {
      const product = shop.products.find(({ id }) => String(id) === row['商品 ID / Product number']);
      const sku = product?.skus.find(({ code }) => code === row['SKU / SKU']);
      const seenAt = Date.parse(`${row['库存变化时间 / Changed at']}+08:00`);
      expect(row['库存 / Stock']).toBe(String(sku && stockAt(sku, seenAt)));
    }
  });

  test('The daily report is a card for every day, with the number of its orders', () => {
    const reports = cards(/^店铺日报 /, '订单数');
    expect(reports.map(({ title }) => title.slice(5, 15))).toEqual(['2026-10-07', '2026-10-08']);
    for (const { title, about } of reports) expect(title).toContain(`${about} 单`);
  });

  test('No card, row or ticket contains personal data of a buyer', () => {
    const files = ['sheets', 'tickets'].flatMap((name) =>
      readdirSync(join(folder.path, name)).map((file) => readFileSync(join(folder.path, name, file), 'utf8')),
    );
    const everything = [...files, ...report.cards.map(({ body }) => body)].join('\n');
    expect(everything).not.toMatch(/canary/i);
  });
});

describe('Recipes', () => {
  test.each(recipes.map((recipe) => [recipe.key, recipe] as [string, RecipeDeclaration]))(
    'The recipe %s leaves open only inputs that a seller can fill in',
    (_, { steps }) => {
      const open = steps.flatMap((step) =>
        'action' in step
          ? Object.entries(step.action.inputs)
              .filter(([key, input]) => input.required && step.map[key] === undefined)
              .map(([key]) => key)
          : [],
      );
      expect(open.filter((key) => key !== 'webhook_url')).toEqual([]);
    },
  );

  test('The key of a recipe is unique and is the name of its file', () => {
    const files = readdirSync(new URL('../../recipes/', import.meta.url))
      .map((file) => file.replace('.ts', '').replaceAll('-', '_'))
      .filter((name) => !['index', 'steps'].includes(name));
    expect(recipes.map(({ key }) => key).sort()).toEqual(files.sort());
  });
});
