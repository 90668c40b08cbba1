import { MINUTE, SECOND } from '../../lib/runtime.ts';
import type { CardAnswer } from '../../lib/stores/card.ts';
import { problemLike } from '../support/problem-like.ts';
import { openShopServices, type ShopOptions, type ShopServices } from '../support/shop-services.ts';

/** Midnight in Shanghai. */
const MIDNIGHT = Date.parse('2026-11-20T16:00:00Z');
const openAtMidnight = (options: ShopOptions = {}) =>
  openShopServices({ at: new Date(MIDNIGHT).toISOString(), ...options });

/** How many calls a lane gets. */
async function countGranted({ budget }: ShopServices, lane: 'program' | 'interactive'): Promise<number> {
  for (let granted = 0; ; granted += 1) {
    const isGranted = await budget.spend(lane).then(
      () => true,
      () => false,
    );
    if (!isGranted) return granted;
  }
}

describe('Calls of programs', () => {
  test.each([
    [100, 80],
    [40, 20],
    [10, 5],
  ])(
    'Of %d calls a day, programs leave at most 20 and half of them to people: %d are theirs',
    async (limit, own) => {
      const shop = openAtMidnight({ limit });
      expect(await countGranted(shop, 'program')).toBe(own);
      expect(await countGranted(shop, 'interactive')).toBe(limit - own);
    },
  );
});

test('The mark of a budget is another one after each call', async () => {
  const { budget } = openAtMidnight();
  const marks = [await budget.mark()];
  for (let n = 0; n < 2; n += 1) {
    await budget.spend('polling');
    marks.push(await budget.mark());
  }
  expect(marks[0]).toBeNull();
  expect(new Set(marks).size).toBe(3);
});

describe('Limit that AliExpress reports soon after midnight', () => {
  const at = (ms: number, { clock }: ShopServices) => clock.advance(MIDNIGHT + ms - clock.now());

  test('Each time its ten minutes are over, one caller makes a call, and the others wait a minute', async () => {
    const shop = openAtMidnight();
    for (const closedAt of [0, 10 * MINUTE - SECOND]) {
      at(Math.max(closedAt, shop.clock.now() - MIDNIGHT), shop);
      await shop.budget.limitReached(MIDNIGHT + closedAt);
      at(closedAt + 10 * MINUTE, shop);
      await shop.budget.spend('polling');
      await expect(shop.budget.spend('polling')).rejects.toEqual(
        problemLike('budget_used_up', { resetsAt: MIDNIGHT + closedAt + 11 * MINUTE }),
      );
    }
  });

  test('The others wait to the end of that minute, and no longer', async () => {
    const shop = openAtMidnight();
    const closedAt = 10 * MINUTE - SECOND;
    await shop.budget.limitReached(MIDNIGHT + closedAt);
    at(closedAt + 10 * MINUTE, shop);
    await shop.budget.spend('polling');
    at(closedAt + 11 * MINUTE - 1, shop);
    await expect(shop.budget.spend('polling')).rejects.toEqual(problemLike('budget_used_up'));
    at(closedAt + 11 * MINUTE, shop);
    await expect(shop.budget.spend('polling')).resolves.toBeGreaterThan(0);
  });

  test('Later in the day a call looks only once whether the day is closed', async () => {
    const keys: string[] = [];
    const shop = openAtMidnight({
      through: (store) => ({
        ...store,
        get: async (key) => {
          keys.push(key);
          return store.get(key);
        },
      }),
    });
    at(30 * MINUTE, shop);
    await shop.budget.spend('polling');
    expect(keys.filter((key) => key.endsWith(':closed'))).toHaveLength(1);
  });
});

describe('Claim whose answer was lost', () => {
  /** A shop whose store loses its first answer and then answers so. */
  const openLosing = (answer: (now: number) => CardAnswer) => {
    let claims = 0;
    const shop: ShopServices = openAtMidnight({
      through: (store) => ({
        ...store,
        claim: async () => {
          claims += 1;
          if (claims === 1) throw new Error('the answer was lost');
          return answer(shop.clock.now());
        },
      }),
    });
    return shop;
  };

  test('A call is made once the store says that it was granted', async () => {
    const shop = openLosing((now) => ({ outcome: 'granted', slot: 1, sendAt: now }));
    expect(await shop.budget.spend('polling')).toBe(shop.clock.now());
  });

  test('A card that is closed in between says nothing about the lost answer', async () => {
    const shop = openLosing((now) => ({ outcome: 'used_up', until: now + MINUTE }));
    await expect(shop.budget.spend('polling')).rejects.toEqual(problemLike('budget_unavailable'));
  });

  test('A lost card is named although its first answer was lost', async () => {
    const shop = openLosing((now) => ({ outcome: 'store_forgot', until: now + MINUTE }));
    await expect(shop.budget.spend('polling')).rejects.toEqual(problemLike('store_forgot'));
  });
});
