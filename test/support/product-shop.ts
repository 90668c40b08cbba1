/** A shop whose products off the shelf a test defines. Its lists can be asked for by time of change. */

import { productList } from '../../lib/aliexpress/methods/product-list.ts';
import { toIso } from '../../lib/aliexpress/time.ts';
import { createProductsFeed } from '../../lib/feeds/products.ts';
import { HOUR, MINUTE } from '../../lib/runtime.ts';
import { fromPacific, toPacific } from '../../sandbox/pacific.ts';
import { type AnsweringShop, openAnsweringShop } from './answering-shop.ts';
import type { ShopOptions } from './shop-services.ts';

export const LONG_AGO = Date.parse('2026-06-01T00:00:00Z');

const BEIJING_AHEAD_MS = 8 * HOUR;

type Status = 'offline' | 'service_delete' | 'editingRequired';

export interface OffShelf {
  status: Status;
  cause?: string;
  /** Epoch milliseconds; left out if AliExpress does not say. */
  at?: number;
  /** The same of the last change of the product. */
  changedAt?: number;
}

export interface ProductShop extends AnsweringShop {
  /** The products off the shelf by product id, in the order of the list. */
  off: Map<string, OffShelf>;
  /** Rows that are not products. */
  odd: object[];
  /** Whether the time of change can be asked for; otherwise it is left out of account. */
  hasWindows: boolean;
  /** Of the times that AliExpress writes and reads. */
  zone: 'pacific' | 'beijing';
  /** How late a list shows a product that went offline, milliseconds. */
  lateMs: number;
  putMany(count: number, prefix?: string): void;
  /** Products and reasons that a poll returns. */
  poll(ms?: number): Promise<string[]>;
  records(ms?: number): Promise<readonly Record<string, unknown>[]>;
  /** Polls every ten minutes and returns the result of the last poll. */
  pollFor(ms: number): Promise<string[]>;
  /** "status page" of each call for a page of a whole list. */
  pages(): string[];
  /** The same of each call for a window. */
  windows(): string[];
}

export function openProductShop(options?: ShopOptions): ProductShop {
  const answering = openAnsweringShop(options);
  const shop: ProductShop = Object.assign(answering, {
    off: new Map<string, OffShelf>(),
    odd: [],
    hasWindows: true,
    zone: 'pacific' as ProductShop['zone'],
    lateMs: 0,
    putMany: (count: number, prefix = '1005') => {
      for (let n = 0; n < count; n += 1)
        shop.off.set(`${prefix}${String(n).padStart(6, '0')}`, {
          status: 'offline',
          cause: 'user_offline',
          at: LONG_AGO,
        });
    },
    records: async (ms = 0) => {
      shop.clock.advance(ms);
      return (await createProductsFeed(shop).read('polling')).records;
    },
    poll: async (ms = 0) =>
      (await shop.records(ms))
        .map(({ product_id, removal_reason }) => `${product_id} ${removal_reason}`)
        .sort(),
    pollFor: async (ms: number) => {
      let found: string[] = [];
      for (let passed = 0; passed < ms; passed += 10 * MINUTE) found = await shop.poll(10 * MINUTE);
      return found;
    },
    pages: () => calls(false),
    windows: () => calls(true),
  });
  const calls = (ofWindows: boolean) =>
    shop.sent
      .filter(({ request }) => 'gmt_modified_start' in request === ofWindows)
      .map(({ request }) => `${request.product_status_type} ${request.current_page}`);
  const written = (at: number) =>
    shop.zone === 'pacific'
      ? toPacific(at)
      : toIso(at + BEIJING_AHEAD_MS)
          .replace('T', ' ')
          .slice(0, 19);
  const read = (text: unknown) =>
    shop.zone === 'pacific'
      ? (fromPacific(String(text)) ?? 0)
      : Date.parse(`${String(text).replace(' ', 'T')}Z`) - BEIJING_AHEAD_MS;
  const rowOf = (
    id: string,
    { cause, at, changedAt = shop.hasWindows ? at : undefined }: OffShelf,
  ): object => ({
    product_id: id,
    subject: `Yoga Mat ${id}`,
    ...(cause && { ws_display: cause }),
    ...(at !== undefined && { ws_offline_date: written(at) }),
    ...(changedAt !== undefined && { gmt_modified: written(changedAt) }),
    owner_member_id: 'canarymerchant',
  });
  shop.answers.set(productList.name, (request) => {
    const { product_status_type, current_page, page_size, gmt_modified_start, gmt_modified_end } = request;
    const isWindow = shop.hasWindows && gmt_modified_start !== undefined;
    const [from, to] = isWindow ? [read(gmt_modified_start), read(gmt_modified_end)] : [0, 0];
    const isShown = ({ at = 0, changedAt = at }: OffShelf) =>
      (!isWindow || (changedAt >= from && changedAt <= to)) &&
      (shop.lateMs === 0 || at <= shop.clock.now() - shop.lateMs);
    const rows = [...shop.off]
      .filter(([, product]) => product.status === product_status_type && isShown(product))
      .map(
        ([id, product]) =>
          () =>
            rowOf(id, product),
      );
    if (product_status_type === 'offline' && gmt_modified_start === undefined)
      rows.unshift(...shop.odd.map((row) => () => row));
    const size = Number(page_size);
    const first = (Number(current_page) - 1) * size;
    return {
      result: {
        product_count: rows.length,
        total_page: Math.ceil(rows.length / size),
        aeop_a_e_product_display_d_t_o_list: rows.slice(first, first + size).map((write) => write()),
      },
    };
  });
  return shop;
}
