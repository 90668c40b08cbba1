/** Days on which a store loses values at random moments, also between the commands of one claim. */

import { introduceShop } from '../../lib/budget/introduce-shop.ts';
import { createLedger } from '../../lib/budget/ledger.ts';
import { dayIn } from '../../lib/budget/quota-day.ts';
import { DAY } from '../../lib/runtime.ts';
import { fixedClock } from './fixed-clock.ts';
import { forgetfulStore } from './forgetful-store.ts';
import { SHOP } from './ledgers.ts';
import { seededRandom } from './seeded-random.ts';

/** Midnight in Beijing. */
const START = Date.parse('2026-11-20T16:00:00Z');
const LIMIT = 200;
const CLAIMS = 480;
const LOSSES = 50;
const LOST_SHARE = 0.05;

export interface LossyDay {
  granted: number;
  /** Claims that were refused because the card was lost. */
  forgotten: number;
}

/** Plays a day of a shop that was connected a week before. The calls come early, late, or over the whole day. */
export async function lossyDay(seed: number, claimsAtOnce: boolean): Promise<LossyDay> {
  const random = seededRandom(seed);
  const clock = fixedClock(START - DAY / 2);
  const shape = 0.25 + 4 * random();
  let lossesLeft = LOSSES;
  // A claim by single commands takes about fifteen.
  const lossChance = (LOSSES / CLAIMS) * (claimsAtOnce ? 0.7 : 0.1);
  const store = forgetfulStore({
    clock,
    claimsAtOnce,
    before: () => {
      if (lossesLeft === 0 || clock.now() < START || random() > lossChance) return;
      lossesLeft -= 1;
      store.lose(LOST_SHARE, random);
    },
  });
  const ledger = createLedger({ store, clock, random, dayOf: dayIn('Asia/Shanghai'), limit: LIMIT });
  await introduceShop(store, SHOP);
  await ledger.claim(SHOP, 'interactive');

  const day: LossyDay = { granted: 0, forgotten: 0 };
  for (let n = 0; n < CLAIMS; n += 1) {
    const at = Math.floor(START + DAY * (n / CLAIMS) ** shape);
    if (at > clock.now()) clock.advance(at - clock.now());
    const claim = await ledger.claim(SHOP, 'interactive');
    if (claim.granted) day.granted += 1;
    else if (claim.reason === 'store_forgot') day.forgotten += 1;
  }
  while (lossesLeft > 0) {
    lossesLeft -= 1;
    store.lose(LOST_SHARE, random);
    if ((await ledger.claim(SHOP, 'interactive')).granted) day.granted += 1;
  }
  return day;
}
