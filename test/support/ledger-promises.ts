/** What the ledger promises, whatever happens, and what must have happened before that means anything. */

import { HOUR } from '../../lib/runtime.ts';
import type { Attempt, Fate, Model, Round } from './ledger-histories.ts';

type Held = (round: Round) => boolean;

const isGranted = ({ claim }: Attempt) => claim?.granted === true;
const isRefused = ({ claim }: Attempt) => claim?.granted === false && claim.reason === 'used_up';
/** The store has answered every request. */
const isClear = ({ fates }: Attempt) => fates.every(({ fate }) => fate === 'answered');
const isFull = ({ full }: Pick<Round['before'], 'full'>, { card }: Attempt) => full.has(card);

const takenOn = (card: string, taken: ReadonlyMap<string, string>) =>
  [...taken].filter(([key]) => key.startsWith(`${card}:`));
/** The slot that a repeated claim has on the card of the caller's day. */
const heldBy = ({ repeated, card }: Attempt, taken: ReadonlyMap<string, string>): number | undefined => {
  const [key] = takenOn(card, taken).find(([, id]) => id === repeated) ?? [];
  return key === undefined ? undefined : Number(key.slice(card.length + 1));
};

/** How far the lane of a claim may go: polling leaves 20 calls (of a small budget half) at first, and ever fewer. */
function capOf({ step, day, now }: Attempt, limit: number): number {
  if (step.does !== 'claim' || step.lane === 'interactive') return limit;
  return limit - Math.floor(Math.min(20, limit / 2) * ((day.end - now) / (day.end - day.start)));
}

const every =
  (holds: (attempt: Attempt, round: Round) => boolean): Held =>
  (round) =>
    round.attempts.every((attempt) => holds(attempt, round));
const some =
  (happened: (attempt: Attempt, round: Round) => boolean): Held =>
  (round) =>
    round.attempts.some((attempt) => happened(attempt, round));

const grantsByCard = ({ grants }: Model) => Map.groupBy(grants, ({ card }) => card);

export const promises = {
  'no shop is granted more calls on one day than it has': ({ model, real }) =>
    [...grantsByCard(model).values()].every(
      (grants) => new Set(grants.map(({ id }) => id)).size <= real.limit,
    ),

  'no slot is granted to two claims': ({ model }) => {
    const perSlot = Map.groupBy(model.grants, ({ card, slot }) => `${card}:${slot}`);
    return [...perSlot.values()].every((grants) => new Set(grants.map(({ id }) => id)).size === 1);
  },

  'a slot that is taken stays taken until its day is over on the slowest clock': ({ model }) =>
    model.freed.length === 0,

  'an answer that is not known is never a grant': every(
    ({ claim, heard }) =>
      !claim?.granted ||
      heard.some(
        ({ key, answer }) => key.endsWith(`:${claim.slot}`) && (answer === true || answer === claim.id),
      ),
  ),

  'what is granted stands on the card of the day that the caller’s clock shows in the zone': every(
    ({ claim, card }, { model }) => !claim?.granted || model.taken.get(`${card}:${claim.slot}`) === claim.id,
  ),

  'a refused claim costs nothing': ({ model }) =>
    model.attempts.every((attempt) => !isRefused(attempt) || attempt.wrote.length === 0),

  'a claim is paid once, however often it is repeated and whoever repeats it': ({ model }) =>
    new Set(model.taken.values()).size === model.taken.size,

  'a repeated claim that has its slot is granted that slot': every((attempt, { before, model, real }) => {
    const held = heldBy(attempt, before.taken);
    const mustGrant =
      held !== undefined && held <= capOf(attempt, real.limit) && isClear(attempt) && !isFull(model, attempt);
    return !mustGrant || (attempt.claim?.granted === true && attempt.claim.slot === held);
  }),

  'polling leaves the reserve to people': every(
    (attempt, { real }) => !attempt.claim?.granted || attempt.claim.slot <= capOf(attempt, real.limit),
  ),

  'once AliExpress has said that the limit is reached, no call of that day is granted': every(
    (attempt, { before }) => !(isFull(before, attempt) && isClear(attempt)) || !isGranted(attempt),
  ),

  'nobody is told that calls are used up while there are some': every(
    (attempt, { model, real }) =>
      !isRefused(attempt) ||
      isFull(model, attempt) ||
      takenOn(attempt.card, model.taken).length >= capOf(attempt, real.limit),
  ),

  'where the store answers, a claim is granted or refused': every(
    (attempt) => attempt.claim === undefined || !isClear(attempt) || isGranted(attempt) || isRefused(attempt),
  ),

  'no more calls are counted than are used': every(
    (attempt, { model }) =>
      attempt.counted === undefined ||
      isFull(model, attempt) ||
      attempt.counted <= takenOn(attempt.card, model.taken).length,
  ),

  'all calls are counted as used once AliExpress has said that the limit is reached': every(
    (attempt, { before, real }) =>
      attempt.counted === undefined ||
      !isFull(before, attempt) ||
      !isClear(attempt) ||
      attempt.counted === real.limit,
  ),
} satisfies Record<string, Held>;

export type LedgerPromise = keyof typeof promises;

/** A slot was written by a request of this fate. */
const isWritten = ({ fates, wrote }: Attempt, fate: Fate) =>
  fates.some((request) => request.verb === 'add' && request.fate === fate && wrote.includes(request.key));
const hoursOf = ({ day }: Attempt) => (day.end - day.start) / HOUR;
const isDay = (hours: number) => some((attempt) => hoursOf(attempt) === hours && isGranted(attempt));
const dayOfId = (id = '') => id.slice(0, '2026-11-21'.length);

/** Without these a history would prove little. */
export const occasions: Record<string, Held> = {
  'a claim is granted': some(isGranted),
  'a claim of each lane at the same time': ({ attempts }) =>
    new Set(attempts.flatMap(({ step }) => (step.does === 'claim' ? [step.lane] : []))).size === 2,
  'calls are used up': some((attempt, { model }) => isRefused(attempt) && !isFull(model, attempt)),
  'polling is refused what people may still use': some(
    (attempt, { model, real }) =>
      isRefused(attempt) && !isFull(model, attempt) && takenOn(attempt.card, model.taken).length < real.limit,
  ),
  'the answer to a write is lost': some((attempt) => isWritten(attempt, 'answer lost')),
  'a claim whose answer was lost is granted': some(
    (attempt) => isGranted(attempt) && isWritten(attempt, 'answer lost'),
  ),
  'a caller crashes after the write': some((attempt) => isWritten(attempt, 'crash after the write')),
  'nothing is known of a claim that was paid': some(
    ({ claim, wrote }) =>
      claim?.granted === false && claim.reason === 'store_unavailable' && wrote.length > 0,
  ),
  'a write that its caller has given up arrives later': ({ model }) =>
    model.attempts.some((attempt) => isWritten(attempt, 'arrives late')),
  'such a claim is repeated and meets its slot': some(
    (attempt, { before }) => isGranted(attempt) && heldBy(attempt, before.taken) !== undefined,
  ),
  'a claim that was never paid is repeated and paid': some(
    ({ repeated, claim, wrote }) => claim?.granted === true && claim.id === repeated && wrote.length > 0,
  ),
  'a claim is repeated on another day': some(
    ({ repeated, day, claim }) =>
      repeated !== undefined && dayOfId(repeated) !== day.name && claim?.granted === true,
  ),
  'calls are granted on two days of one shop': ({ model }) => grantsByCard(model).size > 1,
  'at one moment it is two days for two callers': ({ attempts }) =>
    new Set(attempts.filter(isGranted).map(({ card }) => card)).size > 1,
  'AliExpress says that the limit is reached while there are calls left': ({ before, model, real }) =>
    [...model.full].some((card) => !before.full.has(card) && takenOn(card, model.taken).length < real.limit),
  'a day of 23 hours': isDay(23),
  'a day of 25 hours': isDay(25),
};

export class BrokenPromise extends Error {
  readonly promise: LedgerPromise;

  constructor(promise: LedgerPromise, { attempts }: Round) {
    super(`broken: ${promise}\n${JSON.stringify(attempts, undefined, 1)}`);
    this.promise = promise;
  }
}

/** @throws BrokenPromise */
export function holdPromises(round: Round): void {
  for (const [promise, holds] of Object.entries(promises) as [LedgerPromise, Held][]) {
    if (!holds(round)) throw new BrokenPromise(promise, round);
  }
}
