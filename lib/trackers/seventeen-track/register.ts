/** Registers parcels at 17TRACK, under one carrier after the other until one is accepted. */

import { isProblem } from '../../problems.ts';
import { type Clock, SECOND } from '../../runtime.ts';
import {
  MAX_REQUESTS_OF_REGISTRATION,
  type ParcelToRegister,
  type Registration,
  trackerNumber,
} from '../tracker.ts';
import { acceptance } from './answers.ts';
import type { Api } from './api.ts';
import { carriersToTry } from './carriers.ts';
import { resultOf } from './codes.ts';

/** One number that is none could have the whole request refused. */
const NUMBER = /^[A-Z0-9]{5,50}$/;

/** After this time no further carrier is guessed, because a poll must end. */
const MAX_GUESSING_MS = 5 * SECOND;

/** These say nothing of the parcels. */
const UNTRIED = ['tracker_rate_limited', 'tracker_unreachable'] as const;

interface Attempt {
  parcel: ParcelToRegister;
  carrier: number | undefined;
}

/**
 * @returns nothing of a parcel under a further carrier that could not be tried
 * @throws Problem of the first request
 */
export async function registerParcels(
  api: Api,
  parcels: readonly ParcelToRegister[],
  clock: Clock,
): Promise<Registration[]> {
  const startedAt = clock.now();
  const done = new Map<string, Registration>(
    parcels.map(({ number }) => [
      number,
      { number, carrier: null, result: isNumber(number) ? 'carrier_unknown' : 'number_refused' },
    ]),
  );
  for (let nth = 0; nth < MAX_REQUESTS_OF_REGISTRATION; nth += 1) {
    const open = parcels.filter(({ number }) => done.get(number)?.result === 'carrier_unknown');
    const attempts = open.flatMap((parcel) => attemptsFor(parcel).slice(nth, nth + 1));
    if (attempts.length === 0 || clock.now() - startedAt > MAX_GUESSING_MS) break;
    const results = await attempt(api, attempts).catch((error: unknown): Registration[] => {
      if (nth === 0 || !isProblem(error)) throw error;
      if (!isProblem(error, ...UNTRIED))
        return attempts.map(({ parcel: { number } }) => ({ number, carrier: null, result: 'try_later' }));
      for (const { parcel } of attempts) done.delete(parcel.number);
      return [];
    });
    for (const each of results) done.set(each.number, each);
  }
  return [...done.values()];
}

/** Whether 17TRACK takes it for the number of a parcel. */
export const isNumber = (written: string): boolean => NUMBER.test(trackerNumber(written));

const attemptsFor = (parcel: ParcelToRegister): Attempt[] =>
  carriersToTry(trackerNumber(parcel.number), parcel.carrierKey).map((carrier) => ({ parcel, carrier }));

async function attempt(api: Api, attempts: readonly Attempt[]): Promise<Registration[]> {
  const body = attempts.map(({ parcel: { number, tag }, carrier }) => ({
    number: trackerNumber(number),
    ...(carrier !== undefined && { carrier }),
    tag,
  }));
  const { data } = await api.post('register', body, acceptance);
  return attempts.map(({ parcel: { number }, carrier }) => {
    const isThis = (item: { number: unknown }) => item.number === trackerNumber(number);
    const accepted = data.accepted.find(isThis);
    if (accepted) return { number, result: 'registered', carrier: accepted.carrier };
    const refused = data.rejected.find(isThis);
    const result = refused ? resultOf(refused.error.code) : 'try_later';
    return { number, result, carrier: result === 'known' ? (refused?.carrier ?? carrier ?? null) : null };
  });
}
