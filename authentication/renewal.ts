/**
 * One renewal for all steps that need new tokens at the same moment, because a refresh token may work only once.
 *
 * The first step takes the key `refresh:{seller}:{digest of the old tokens}` in the store. The other steps wait for its
 * result, which is kept under the same key, encrypted. If the store does not answer, a step renews the tokens without
 * it. A refusal of AliExpress then does not end the connection, because another step may have renewed the tokens.
 */

import * as z from 'zod';
import { fail, isProblem } from '../lib/problems.ts';
import { type Clock, MINUTE, type Random, SECOND } from '../lib/runtime.ts';
import type { Store } from '../lib/stores/store.ts';
import type { Vault } from '../lib/vault.ts';
import { type Connection, connectionSchema } from './connection.ts';

export interface RenewalServices {
  store: Store;
  vault: Vault;
  clock: Clock;
  random: Random;
}

/** A step that is killed during its renewal blocks the others for this time. */
const LEASE_SECONDS = 30;
const RESULT_SECONDS = (10 * MINUTE) / SECOND;
const MAX_WAIT_MS = 10 * SECOND;
const POLL_MS = SECOND;
/** How long a store is tried that answers, but takes no lease. */
const MAX_REFUSED_MS = 3 * SECOND;
const LEASE = 'renewing ';

const resultSchema = z.union([
  z.object({ connection: connectionSchema }),
  z.object({ refused: z.literal(true) }),
]);
type Result = z.output<typeof resultSchema>;

/** Where the steps find each other. */
interface Meeting extends RenewalServices {
  key: string;
  /** The value by which this step knows its own lease. */
  lease: string;
}

/**
 * @param old the connection whose tokens are renewed
 * @param renew requests new tokens from AliExpress
 * @throws Problem `reconnect_needed` in one step; `token_renewal_pending` in the other steps without new tokens
 */
export async function renewOnce(
  old: Partial<Connection>,
  services: RenewalServices,
  renew: () => Promise<Connection>,
): Promise<Connection> {
  const { clock, vault, random } = services;
  const meeting: Meeting = {
    ...services,
    key: `refresh:${old.seller_id ?? ''}:${vault.digest(`${old.refresh_token}\n${old.access_token}`)}`,
    lease: `${LEASE}${random().toString(36).slice(2)}${random().toString(36).slice(2)}`,
  };
  const start = clock.now();
  let refusedSince: number | undefined;
  for (;;) {
    const found = await takeLease(meeting).catch(() => undefined);
    if (found === undefined) return renewAlone(meeting, renew);
    if (found === meeting.lease) return renewForAll(meeting, renew);
    if (found !== null && !found.startsWith(LEASE)) {
      return connectionIn(found, meeting) ?? renewAlone(meeting, renew);
    }
    // A lease that another step gives back between the two commands looks the same once.
    refusedSince = found === null ? (refusedSince ?? clock.now()) : undefined;
    if (refusedSince !== undefined && clock.now() - refusedSince >= MAX_REFUSED_MS) {
      return renewAlone(meeting, renew);
    }
    if (clock.now() - start >= MAX_WAIT_MS) fail('token_renewal_pending', {});
    await clock.sleep(POLL_MS);
  }
}

/** What the key holds then: this lease, another one, a result, or null. Rejects if that is not known. */
async function takeLease({ store, key, lease }: Meeting): Promise<string | null> {
  // If the answer was lost, the lease may have been written.
  const isTaken = await store.add(key, lease, LEASE_SECONDS).catch(() => false);
  return isTaken ? lease : store.get(key);
}

/**
 * @returns undefined if the value cannot be read
 * @throws Problem `token_renewal_pending` if AliExpress has refused the tokens
 */
function connectionIn(value: string, { key, vault }: Meeting): Connection | undefined {
  const text = vault.decrypt(value, key);
  const result = text === null ? undefined : resultSchema.safeParse(JSON.parse(text)).data;
  if (result && 'refused' in result) return fail('token_renewal_pending', {});
  return result?.connection;
}

async function renewForAll(meeting: Meeting, renew: () => Promise<Connection>): Promise<Connection> {
  const { store, key, lease } = meeting;
  try {
    const connection = await renew();
    await share(meeting, { connection });
    return connection;
  } catch (error) {
    const now = await store.get(key).catch(() => null);
    if (!isProblem(error, 'reconnect_needed')) {
      // The next step may try.
      if (now === lease) await store.delete(key).catch(() => false);
      throw error;
    }
    // A step that renewed the tokens without the store may have shared them since.
    const shared = now && now !== lease ? connectionIn(now, meeting) : undefined;
    if (shared) return shared;
    // A step that took the key after this one had lost it may be renewing them.
    if (now?.startsWith(LEASE) && now !== lease) fail('token_renewal_pending', {});
    await share(meeting, { refused: true });
    throw error;
  }
}

async function renewAlone(meeting: Meeting, renew: () => Promise<Connection>): Promise<Connection> {
  const connection = await renew().catch((error: unknown) => {
    if (isProblem(error, 'reconnect_needed')) return fail('token_renewal_pending', {});
    throw error;
  });
  await share(meeting, { connection });
  return connection;
}

/** Best effort. */
async function share({ store, vault, key }: Meeting, result: Result): Promise<void> {
  const value = vault.encrypt(JSON.stringify(result), key);
  const write = () => store.set(key, value, RESULT_SECONDS).catch(() => false);
  if (!(await write())) await write();
}
