/**
 * A shop for which a test defines the answer of each method, in AliExpress's format. Orders are as in
 * `shop-services.ts`; store, clock, budget and pacer are the real ones.
 */

import type { CallOptions, Gateway } from '../../lib/aliexpress/gateway.ts';
import type { Method } from '../../lib/aliexpress/method.ts';
import { orderList } from '../../lib/aliexpress/methods/order-list.ts';
import type { Lane } from '../../lib/budget/ledger.ts';
import { fail } from '../../lib/problems.ts';
import type { Store } from '../../lib/stores/store.ts';
import { type RecordingStore, recordingStore } from './recording-store.ts';
import { openShopServices, type ShopOptions, type ShopServices } from './shop-services.ts';

type Request = Record<string, unknown>;

/** The answer to one request. Throws what AliExpress refuses with. */
export type Answer = (request: Request) => unknown;

/** A call that was paid. */
export interface Sent {
  method: string;
  request: Request;
}

export interface AnsweringShop extends ShopServices {
  /** The paid calls except those for orders, in order. */
  sent: Sent[];
  /** By the method's name. */
  answers: Map<string, Answer>;
  /** Everything that was ever stored, as text. */
  storedText(): string;
}

/** A checked request as AliExpress gets it, with ids as text. */
const asSent = (checked: unknown): Request =>
  JSON.parse(JSON.stringify(checked, (_, value) => (typeof value === 'bigint' ? String(value) : value)));

export function openAnsweringShop(options: ShopOptions = {}): AnsweringShop {
  const { through = (store: Store) => store, ...others } = options;
  let recording: RecordingStore | undefined;
  const services = openShopServices({
    ...others,
    through: (store) => {
      recording = recordingStore(store);
      return through(recording);
    },
  });
  const ofOrders = services.gateway;

  const call = async (method: Method, request: Request, { lane, onPaid }: CallOptions<Lane>) => {
    const checked = method.request.safeParse(request);
    if (!checked.success) {
      const field = checked.error.issues[0]?.path.join('.') ?? '';
      return fail('bad_input', { field, allowed: { en: 'see the docs', zh: '' } });
    }
    shop.onPay();
    await shop.budget.spend(lane);
    onPaid?.();
    const wire = asSent(checked.data);
    shop.sent.push({ method: method.name, request: wire });
    shop.onCall(shop.sent.length);
    const answer = shop.answers.get(method.name);
    if (!answer) throw new Error(`the test does not say how ${method.name} answers`);
    const parsed = method.answer.safeParse(answer(wire));
    if (!parsed.success) return fail('answer_changed', { method: method.name, field: 'answer' });
    return { answer: parsed.data, answeredAt: shop.clock.now() };
  };

  const shop: AnsweringShop = Object.assign(services, {
    sent: [],
    answers: new Map(),
    gateway: {
      call: (method, request, callOptions) =>
        (method.name === orderList.name
          ? ofOrders.call(method, request, callOptions)
          : call(method, request as Request, callOptions)) as never,
    } satisfies Gateway<Lane>,
    storedText: () => recording?.text() ?? '',
  });
  return shop;
}
