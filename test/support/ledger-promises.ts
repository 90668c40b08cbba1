/** What the ledger promises whatever happens, and what must have happened for a test of it to mean anything. */

import { HOUR } from '../../lib/runtime.ts';
import type { Attempt, Model, Outcome, Round } from './ledger-histories.ts';

type Check = (round: Round) => boolean;

const isGranted = ({ claim }: Attempt) => claim?.granted === true;
const isRefused = ({ claim }: Attempt) => claim?.granted === false && claim.reason === 'used_up';
const isForgotten = ({ claim }: Attempt) => claim?.granted === false && claim.reason === 'store_forgot';
/** The store has answered every request. */
const isClear = ({ requests }: Attempt) => requests.every(({ outcome }) => outcome === 'answered');
/** AliExpress has closed the caller's day; soon after midnight only for a while. */
const isClosed = ({ closed }: Pick<Round['before'], 'closed'>, { table, now }: Attempt) =>
  (closed.get(table) ?? 0) > now;
const isClosedToItsEnd = ({ closed }: Pick<Round['before'], 'closed'>, { table, day }: Attempt) =>
  (closed.get(table) ?? 0) >= day.end;

/** A key that has a value was read as if it had none. */
const hasHiddenValues = ({ attempts }: Model) =>
  attempts.some(({ requests }) =>
    requests.some(({ verb, outcome }) => verb === 'get' && outcome === 'declined'),
  );

const takenIn = (table: string, taken: ReadonlyMap<string, string>) =>
  [...taken].filter(([key]) => key.startsWith(`${table}:`));
/** The slot that a repeated claim has in the table of the caller's day. */
const slotOf = ({ repeated, table }: Attempt, taken: ReadonlyMap<string, string>): number | undefined => {
  const [key] = takenIn(table, taken).find(([, id]) => id === repeated) ?? [];
  return key === undefined ? undefined : Number(key.slice(table.length + 1));
};

/** The highest slot of a lane: polling leaves 20 calls, or half of a small budget, at first, and fewer later. */
function capOf({ step, day, now }: Attempt, limit: number): number {
  if (step.does !== 'claim' || step.lane === 'interactive') return limit;
  return limit - Math.floor(Math.min(20, limit / 2) * ((day.end - now) / (day.end - day.start)));
}

const every =
  (holds: (attempt: Attempt, round: Round) => boolean): Check =>
  (round) =>
    round.attempts.every((attempt) => holds(attempt, round));
const some =
  (happened: (attempt: Attempt, round: Round) => boolean): Check =>
  (round) =>
    round.attempts.some((attempt) => happened(attempt, round));

const grantsByTable = ({ grants }: Model) => Map.groupBy(grants, ({ table }) => table);

export const promises = {
  'No shop is granted more calls on one day than it has': ({ model, real }) =>
    [...grantsByTable(model).values()].every(
      (grants) => new Set(grants.map(({ id }) => id)).size <= real.limit,
    ),

  'No slot is granted to two claims': ({ model }) => {
    const perSlot = Map.groupBy(model.grants, ({ table, slot }) => `${table}:${slot}`);
    return [...perSlot.values()].every((grants) => new Set(grants.map(({ id }) => id)).size === 1);
  },

  'A slot that is taken stays taken until its day is over on the slowest clock': ({ model }) =>
    model.freed.length === 0,

  'An answer that is not known is never a grant': every(
    ({ claim, heard }) =>
      !claim?.granted ||
      heard.some(
        ({ key, answer }) => key.endsWith(`:${claim.slot}`) && (answer === true || answer === claim.id),
      ),
  ),

  'A granted slot is stored in the table of the day that the caller’s clock shows in the zone': every(
    ({ claim, table }, { model }) =>
      !claim?.granted || model.taken.get(`${table}:${claim.slot}`) === claim.id,
  ),

  'A refused claim is not paid': ({ model }) =>
    model.attempts.every((attempt) => !isRefused(attempt) || attempt.wrote.length === 0),

  'A claim is paid once, however often and by whichever caller it is repeated': ({ model }) =>
    new Set(model.taken.values()).size === model.taken.size,

  'A repeated claim that has its slot is granted that slot': every((attempt, { before, model, real }) => {
    const slot = slotOf(attempt, before.taken);
    const mustGrant =
      slot !== undefined &&
      slot <= capOf(attempt, real.limit) &&
      isClear(attempt) &&
      !isClosed(model, attempt) &&
      !isForgotten(attempt);
    return !mustGrant || (attempt.claim?.granted === true && attempt.claim.slot === slot);
  }),

  'Polling leaves the reserve to interactive steps': every(
    (attempt, { real }) => !attempt.claim?.granted || attempt.claim.slot <= capOf(attempt, real.limit),
  ),

  'No call is granted on a day of which AliExpress has said that the limit is reached': every(
    (attempt, { before }) => !(isClosed(before, attempt) && isClear(attempt)) || !isGranted(attempt),
  ),

  'No claim is refused as used up while calls are left': every(
    (attempt, { before, model, real }) =>
      !isRefused(attempt) ||
      // Another caller may close the day for a shorter time after this one has read that it is closed.
      isClosed(before, attempt) ||
      isClosed(model, attempt) ||
      takenIn(attempt.table, model.taken).length >= capOf(attempt, real.limit),
  ),

  'A claim is granted or refused if the store answers': every(
    (attempt) =>
      attempt.claim === undefined ||
      !isClear(attempt) ||
      isGranted(attempt) ||
      isRefused(attempt) ||
      isForgotten(attempt),
  ),

  'A card is taken for lost only after the store has hidden a value': ({ model }) =>
    hasHiddenValues(model) || !model.attempts.some(isForgotten),

  'No more calls are counted than are used': every(
    (attempt, { model }) =>
      attempt.counted === undefined ||
      isClosed(model, attempt) ||
      hasHiddenValues(model) ||
      attempt.counted <= takenIn(attempt.table, model.taken).length,
  ),

  'All calls count as used after AliExpress has said that the limit is reached': every(
    (attempt, { before, real }) =>
      attempt.counted === undefined ||
      !isClosedToItsEnd(before, attempt) ||
      !isClear(attempt) ||
      attempt.counted === real.limit,
  ),
} satisfies Record<string, Check>;

export type LedgerPromise = keyof typeof promises;

/** A slot was written by a request with this outcome. */
const isWritten = ({ requests, wrote }: Attempt, outcome: Outcome) =>
  requests.some(
    (request) =>
      request.outcome === outcome &&
      (request.verb === 'claim' ? wrote.length > 0 : request.verb === 'add' && wrote.includes(request.key)),
  );
const hoursOf = ({ day }: Attempt) => (day.end - day.start) / HOUR;
const isDay = (hours: number) => some((attempt) => hoursOf(attempt) === hours && isGranted(attempt));
const dayOfId = (id = '') => id.slice(0, '2026-11-21'.length);

/** What must happen at least once for the histories to prove anything. */
export const occasions: Record<string, Check> = {
  'a claim is granted': some(isGranted),
  'claims of both lanes at the same time': ({ attempts }) =>
    new Set(attempts.flatMap(({ step }) => (step.does === 'claim' ? [step.lane] : []))).size === 2,
  'calls are used up': some((attempt, { model }) => isRefused(attempt) && !isClosed(model, attempt)),
  'polling is refused calls that interactive steps may still use': some(
    (attempt, { model, real }) =>
      isRefused(attempt) &&
      !isClosed(model, attempt) &&
      takenIn(attempt.table, model.taken).length < real.limit,
  ),
  'the answer to a write is lost': some((attempt) => isWritten(attempt, 'answer lost')),
  'a claim whose answer was lost is granted': some(
    (attempt) => isGranted(attempt) && isWritten(attempt, 'answer lost'),
  ),
  'a caller crashes after the write': some((attempt) => isWritten(attempt, 'crash after the write')),
  'the outcome of a paid claim is not known': some(
    ({ claim, wrote }) =>
      claim?.granted === false && claim.reason === 'store_unavailable' && wrote.length > 0,
  ),
  'a write that its caller has given up arrives later': ({ model }) =>
    model.attempts.some((attempt) => isWritten(attempt, 'arrives late')),
  'a paid claim is repeated and meets its slot': some(
    (attempt, { before }) => isGranted(attempt) && slotOf(attempt, before.taken) !== undefined,
  ),
  'a claim that was not paid is repeated and paid': some(
    ({ repeated, claim, wrote }) => claim?.granted === true && claim.id === repeated && wrote.length > 0,
  ),
  'a claim is repeated on another day': some(
    ({ repeated, day, claim }) =>
      repeated !== undefined && dayOfId(repeated) !== day.name && claim?.granted === true,
  ),
  'calls are granted on two days of one shop': ({ model }) => grantsByTable(model).size > 1,
  'it is another day for another caller': ({ attempts }) =>
    new Set(attempts.filter(isGranted).map(({ table }) => table)).size > 1,
  'AliExpress says that the limit is reached while there are calls left': ({ before, model, real }) =>
    [...model.closed.keys()].some(
      (table) => !before.closed.has(table) && takenIn(table, model.taken).length < real.limit,
    ),
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
  for (const [promise, holds] of Object.entries(promises) as [LedgerPromise, Check][]) {
    if (!holds(round)) throw new BrokenPromise(promise, round);
  }
}
