import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecipeDeclaration } from '../../lib/pack/recipe.ts';
import { recipes } from '../../recipes/index.ts';
import { readCsv } from '../../sandbox/deliveries.ts';
import type { DeliveredCard } from '../../sandbox/messengers.ts';
import { stockAt } from '../../sandbox/products.ts';
import { RUN_START } from '../../sandbox/run.ts';
import { openShop, type Shop } from '../../sandbox/shop.ts';
import { isGuaranteed, simulateWeek, type WeekReport } from '../../sandbox/week.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const DAYS = 2;
/** In this shop there is something to tell for every recipe. */
const shopOptions = { seed: 108, curve: 'olist', ordersPerDay: 40, historyDays: 25 } as const;
const CALLS = 500;

type Row = Record<string, string>;
type Ticket = Record<string, unknown>;

describe('Run together by the local host,', () => {
  let folder: TemporaryFolder;
  let report: WeekReport;
  let shop: Shop;
  beforeAll(async () => {
    folder = temporaryFolder();
    report = await simulateWeek({
      ...shopOptions,
      days: DAYS,
      interval: 60,
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
  const cards = (pattern: RegExp) =>
    cardsTitled(pattern).map((card) => ({ ...card, about: pattern.exec(card.title)?.[1] ?? '' }));
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
  const iso = (at: number | undefined) =>
    at === undefined ? '' : new Date(at).toISOString().replace('.000Z', 'Z');

  test.each(recipes.map((recipe) => [recipe.title.en, recipe] as const))(
    '"%s" tells nothing twice and nothing that was not so',
    (_, { key }) => {
      expect(resultOf(key)).toMatchObject({ duplicates: [], falseAlerts: [] });
    },
  );

  test.each(recipes.map((recipe) => [recipe.title.en, recipe] as const))(
    '"%s" tells all there is to tell, or some of it where everything must be asked for one by one',
    (_, recipe) => {
      const result = resultOf(recipe.key);
      expect(result?.delivered).toBeGreaterThan(0);
      if (isGuaranteed({ recipe })) expect(result?.missed).toEqual([]);
    },
  );

  test('a new order is a card with its amount and its link', () => {
    for (const { about, text, link } of cards(/^新订单 (\d+)$/)) {
      expect(text).toContain(`**金额** ${amountOf(about)} USD`);
      expect(link).toContain(about);
    }
  });

  test('a paid order is a row that an ERP can read', () => {
    for (const row of rowsOf('paid_order_to_sheet')) {
      const order = orderOf(row['订单号 / Order number']);
      expect(row).toMatchObject({
        '付款时间 / Paid at': iso(order?.paidAt),
        '金额 / Amount': amountOf(String(order?.id)),
        '币种 / Currency': 'USD',
        '件数 / Pieces': String(order?.lines.reduce((sum, { quantity }) => sum + quantity, 0)),
      });
    }
  });

  test('a cancelled order is a row with its reason, and without a payment where there was none', () => {
    for (const row of rowsOf('cancelled_order_to_sheet')) {
      const order = orderOf(row['订单号 / Order number']);
      expect(row['原因 / Reason']).toMatch(/^[\u4e00-\u9fff]+$/);
      expect(row['付款时间 / Paid at']).toBe(iso(order?.paidAt));
    }
  });

  test('a ship deadline is an urgent card that names it in Beijing time', () => {
    for (const { about, title, severity } of cards(/^订单 (\d+) 请在 .* 前发货$/)) {
      const released = orderOf(about)?.stages.find(({ status }) => status === 'WAIT_SELLER_SEND_GOODS');
      const deadline = new Date((released?.at ?? 0) + (72 + 8) * 3_600_000).toISOString();
      expect(title).toContain(deadline.slice(5, 13).replace('T', ' '));
      expect(severity).toBe('urgent');
    }
  });

  test('a bad review is an urgent ticket with the words of the buyer', () => {
    for (const { subject, body_text, priority } of tickets('bad_review')) {
      const [, id, stars] = /^订单 (\d+) 收到 (\d) 星评价$/.exec(String(subject)) ?? [];
      const reviews = shop.reviews.get(BigInt(id ?? 0)) ?? [];
      const written = reviews.filter((review) => review.stars === Number(stars));
      expect(priority).toBe('urgent');
      expect(written.some(({ text }) => String(body_text).includes(text ?? '评价 –'))).toBe(true);
    }
  });

  test('a parcel held in customs is a card with the hours', () => {
    for (const { text } of cardsTitled(/物流停滞/)) {
      const [, hours] = /\*\*清关小时数\*\* (\d+)/.exec(text) ?? [];
      expect(Number(hours)).toBeGreaterThanOrEqual(72);
    }
  });

  test('a silent parcel is a ticket with its number', () => {
    const numbers = [...shop.parcels.values()].map(({ trackingNumber }) => trackingNumber);
    for (const { subject } of tickets('silent_parcel')) {
      expect(numbers).toContain(/^包裹 (\S+) /.exec(String(subject))?.[1]);
    }
  });

  test('a dispute is a ticket and a card about the same order', () => {
    const inTickets = tickets('dispute_opened').map(({ subject }) => subject);
    const inCards = cardsTitled(/有新纠纷$/).map(({ title }) => title);
    expect(inTickets.sort()).toEqual(inCards.sort());
  });

  test('a dispute to be answered is a card with the reason and the highest refund', () => {
    for (const { about, text } of cards(/^订单 (\d+) 的纠纷请在/)) {
      const dispute = shop.disputes.get(BigInt(about));
      const paid = ((dispute?.line.unitCents ?? 0) * (dispute?.line.quantity ?? 0)) / 100;
      expect(text).toContain(`**最高退款** ${paid.toFixed(2)} USD`);
      expect(text).toContain(dispute?.reason.chinese);
    }
  });

  test('a product taken down is a card with its name and number', () => {
    for (const { about, text } of cards(/^商品已下架：(.+)$/)) {
      const product = shop.products.find(({ name }) => name === about);
      expect(text).toContain(`**商品编号** ${product?.id}`);
    }
  });

  test('low stock is a row of the purchasing list with what is left', () => {
    for (const row of rowsOf('low_stock_to_purchasing')) {
      const product = shop.products.find(({ id }) => String(id) === row['商品 ID / Product number']);
      const sku = product?.skus.find(({ code }) => code === row['SKU / SKU']);
      const seenAt = Date.parse(row['库存变化时间 / Changed at'] ?? '');
      expect(row['库存 / Stock']).toBe(String(sku && stockAt(sku, seenAt)));
    }
  });

  test('the digest is a card for every day, with the number of its orders', () => {
    const digests = cards(/^店铺日报 (.+)$/);
    expect(digests.map(({ about }) => about)).toEqual(['2026-10-07', '2026-10-08']);
    for (const { text } of digests) expect(text).toMatch(/\*\*订单数\*\* \d+/);
  });

  test('nothing of a buyer is in any card, row or ticket', () => {
    const files = ['sheets', 'tickets'].flatMap((name) =>
      readdirSync(join(folder.path, name)).map((file) => readFileSync(join(folder.path, name, file), 'utf8')),
    );
    const everything = [...files, ...report.cards.map(({ body }) => body)].join('\n');
    expect(everything).not.toMatch(/canary/i);
  });
});

describe('Recipes', () => {
  test.each(recipes.map((recipe) => [recipe.key, recipe] as [string, RecipeDeclaration]))(
    '%s leaves to the seller only what a seller knows',
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

  test('have keys that are there once, each with a file of its name', () => {
    const files = readdirSync(new URL('../../recipes/', import.meta.url))
      .map((file) => file.replace('.ts', '').replaceAll('-', '_'))
      .filter((name) => !['index', 'steps'].includes(name));
    expect(recipes.map(({ key }) => key).sort()).toEqual(files.sort());
  });
});
