/**
 * Subscriptions: what a client wants to be told of one shop. A hook gets its events sent to an address, a pull
 * subscription is read by its client, and a recipe is a subscription of the hub's own.
 */

import { randomBytes } from 'node:crypto';
import type { TriggerDeclaration } from '../../../pack/operation.ts';
import { shortDigest } from '../../../stores/digest.ts';
import type { Vault } from '../../../vault.ts';
import { alertsIn } from '../alerts/alerts.ts';
import type { Database } from '../database/database.ts';
import { droppedKey } from '../deliveries/alert-keys.ts';
import { deliveriesIn } from '../deliveries/deliveries.ts';
import type { Reason } from '../reasons.ts';
import type { HubRuntime } from '../runtime.ts';

export interface Subscription {
  id: string;
  shop: string;
  /** The key or grant that made it, or the key of the recipe. */
  owner: string;
  trigger: string;
  inputs: Record<string, unknown>;
  kind: 'hook' | 'pull' | 'recipe';
  /** `starting`: the start mark is not set yet. */
  state: 'starting' | 'active' | 'paused' | 'ended';
  /** Why it is paused or has ended. */
  reason: Reason | null;
  /** Of a hook: whether its address takes events. */
  target_state: TargetState;
  /** Why it does not. */
  target_reason: Reason | null;
  /** Of a pull subscription: for how many hours the hub has run since a client has read it. */
  unread_hours: number;
}

/** `gone`: nobody listens there, and it is tried once a day. `refusing`: somebody must change something first. */
export type TargetState = 'open' | 'gone' | 'refusing';

export interface NewSubscription {
  shop: string;
  owner: string;
  trigger: string;
  inputs: Record<string, unknown>;
  kind: Subscription['kind'];
  /** The address of a hook. */
  url?: string;
}

export interface Subscriptions {
  all(): Subscription[];
  ofShop(shop: string): Subscription[];
  find(id: string): Subscription | undefined;
  /** The same owner, trigger, inputs and address are the same subscription. */
  add(subscription: NewSubscription, now: number): { id: string; isNew: boolean };
  /** The address and the secret of a hook. */
  targetOf(id: string): { url: string; secret: string } | undefined;
  setState(id: string, state: 'paused' | 'ended', reason: Reason): void;
  /** Its start mark is set. */
  setStarted(id: string): void;
  /** Records whether the address takes events, and since when it does not. @returns since when, epoch milliseconds */
  setTarget(id: string, state: TargetState, now: number, reason?: Reason): number;
  ofOwner(owner: string): Subscription[];
  /** No events are looked for, and what waits is not sent. */
  pause(id: string, reason: Reason, now: number): void;
  /**
   * Goes on, also where the address has refused events. Without a start mark it gets one at its next visit. Alerts about
   * it are settled.
   */
  resume(id: string): void;
  /** Turns it on again with these inputs: what is true at its next visit is not announced. Alerts about it are settled. */
  restart(id: string, inputs: Record<string, unknown>): void;
  /**
   * Its owner has subscribed once more: it is turned on again if it has ended, and its address gets events again. One
   * that is paused stays so.
   */
  renew(id: string, now: number): void;
  /** Removes it and the alerts about it. @returns whether there was one */
  remove(id: string): boolean;
}

interface Columns extends Omit<Subscription, 'inputs'> {
  inputs: string;
  target_sealed: string | null;
  secret_sealed: string | null;
}

const COLUMNS =
  'id, shop, owner, trigger, inputs, kind, state, reason, target_state, target_reason, unread_hours';
const SECRET_BYTES = 32;

const toSubscription = ({ inputs, ...rest }: Columns): Subscription => ({
  ...rest,
  inputs: JSON.parse(inputs),
});

export function subscriptionsIn(database: Database, vault: Vault): Subscriptions {
  const { prepare, transaction } = database;
  const { clearAbout } = alertsIn(database);
  const select = (where: string, ...values: string[]) =>
    (prepare(`SELECT ${COLUMNS} FROM subscriptions ${where}`).all(...values) as unknown as Columns[]).map(
      toSubscription,
    );
  const restart = (id: string, inputs: Record<string, unknown>) => {
    prepare(
      `UPDATE subscriptions SET state = 'starting', is_started = 0, reason = NULL, inputs = ?,
         target_state = 'open', target_reason = NULL, target_since = NULL, unread_hours = 0 WHERE id = ?`,
    ).run(JSON.stringify(inputs), id);
    clearAbout(id);
  };
  return {
    all: () => select('ORDER BY created_at, id'),
    ofShop: (shop) => select('WHERE shop = ? ORDER BY created_at, id', shop),
    find: (id) => select('WHERE id = ?', id)[0],
    add: ({ shop, owner, trigger, inputs, kind, url }, now) =>
      transaction(() => {
        const given = JSON.stringify(Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1)));
        const fingerprint = vault.digest(JSON.stringify([shop, owner, trigger, given, kind, url]));
        const known = prepare('SELECT id FROM subscriptions WHERE fingerprint = ?').get(fingerprint);
        if (known) return { id: String(known.id), isNew: false };
        const id = `sub_${randomBytes(12).toString('base64url')}`;
        const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
        prepare(
          `INSERT INTO subscriptions
             (id, shop, owner, trigger, inputs, fingerprint, kind, target_sealed, secret_sealed, state, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'starting', ?)`,
        ).run(
          id,
          shop,
          owner,
          trigger,
          JSON.stringify(inputs),
          fingerprint,
          kind,
          url === undefined ? null : vault.encrypt(url, `target ${id}`),
          url === undefined ? null : vault.encrypt(secret, `secret ${id}`),
          now,
        );
        return { id, isNew: true };
      }),
    targetOf: (id) => {
      const row = prepare('SELECT target_sealed, secret_sealed FROM subscriptions WHERE id = ?').get(id) as
        | Columns
        | undefined;
      const url = vault.decrypt(row?.target_sealed ?? '', `target ${id}`);
      const secret = vault.decrypt(row?.secret_sealed ?? '', `secret ${id}`);
      return url === null || secret === null ? undefined : { url, secret };
    },
    setState: (id, state, reason) => {
      prepare('UPDATE subscriptions SET state = ?, reason = ? WHERE id = ?').run(state, reason, id);
    },
    setStarted: (id) => {
      prepare("UPDATE subscriptions SET state = 'active', is_started = 1 WHERE id = ?").run(id);
    },
    setTarget: (id, state, now, reason) => {
      const { since } = prepare(
        `UPDATE subscriptions SET target_state = ?1, target_reason = ?2,
           target_since = CASE WHEN target_state = ?1 THEN coalesce(target_since, ?3) ELSE ?3 END
         WHERE id = ?4 RETURNING target_since AS since`,
      ).get(state, reason ?? null, now, id) ?? { since: now };
      return Number(since);
    },
    ofOwner: (owner) => select('WHERE owner = ? ORDER BY created_at, id', owner),
    pause: (id, reason, now) => {
      prepare(
        `UPDATE subscriptions SET state = 'paused', reason = ?1,
           target_state = 'refusing', target_reason = ?1, target_since = ?2 WHERE id = ?3`,
      ).run(reason, now, id);
    },
    resume: (id) => {
      prepare(
        `UPDATE subscriptions SET state = iif(is_started, 'active', 'starting'), reason = NULL,
           target_state = 'open', target_reason = NULL, target_since = NULL WHERE id = ?`,
      ).run(id);
      clearAbout(id);
    },
    restart,
    renew: (id, now) =>
      transaction(() => {
        const [known] = select('WHERE id = ?', id);
        if (known?.state === 'ended') restart(id, known.inputs);
        if (!known || known.target_state === 'open' || known.state === 'paused') return;
        prepare(
          "UPDATE subscriptions SET target_state = 'open', target_reason = NULL, target_since = NULL WHERE id = ?",
        ).run(id);
        deliveriesIn(database).retryNow(id, now);
        clearAbout(id);
      }),
    remove: (id) => transaction(() => remove(database, id)),
  };
}

function remove(database: Database, id: string): boolean {
  const { prepare } = database;
  const alerts = alertsIn(database);
  alerts.clearAllAbout(id);
  const givenUp = prepare("SELECT id FROM deliveries WHERE subscription = ? AND state = 'dead'").all(id);
  for (const delivery of givenUp) alerts.clear(droppedKey(Number(delivery.id)));
  return Number(prepare('DELETE FROM subscriptions WHERE id = ?').run(id).changes) === 1;
}

/** The id under which a webhook's event is sent, the same at every attempt. */
export const messageId = (subscription: string, eventId: string): string =>
  `msg_${shortDigest(`${subscription} ${eventId}`, 22)}`;

/** The trigger of a subscription; undefined where the pack no longer has it. */
export const triggerOf = (
  { registry }: Pick<HubRuntime, 'registry'>,
  { trigger }: Pick<Subscription, 'trigger'>,
): TriggerDeclaration | undefined => registry.triggers.find(({ key }) => key === trigger);
