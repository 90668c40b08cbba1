/**
 * The tables of the hub, and every change of them. A change is appended; one that has been published is never edited.
 *
 * Times are epoch milliseconds. Order numbers are texts, because they have more digits than a number holds. Columns that
 * end in `_sealed` are encrypted, columns that end in `_hash` cannot be turned back.
 */

import { ENTRIES } from '../../../stores/sqlite.ts';

const FIRST = `
  ${ENTRIES}

  CREATE TABLE shops (
    -- Part of paths, so it is digits only.
    id TEXT PRIMARY KEY CHECK (id GLOB '[0-9]*' AND id NOT GLOB '*[^0-9]*' AND length(id) <= 20),
    name TEXT NOT NULL,
    connection_sealed TEXT NOT NULL,
    tracker_key_sealed TEXT,
    access_expires_at INTEGER NOT NULL,
    renew_by INTEGER,
    connected_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('connected', 'reconnect_needed'))
  ) STRICT;

  -- Sign-ins under way: the row is deleted by the return from AliExpress.
  CREATE TABLE sign_ins (
    state_hash TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (json_valid(purpose)),
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    secret_hash TEXT,
    redirect_uris TEXT NOT NULL CHECK (json_valid(redirect_uris) AND json_type(redirect_uris) = 'array'),
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE keys (
    hash TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('shop', 'store', 'admin', 'set_up', 'session')),
    shop TEXT REFERENCES shops (id) ON DELETE CASCADE,
    scopes TEXT NOT NULL CHECK (json_valid(scopes) AND json_type(scopes) = 'array'),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_at INTEGER,
    -- Of a session: the admin key with which the browser has signed in.
    signed_in_with TEXT REFERENCES keys (id) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX keys_by_sign_in ON keys (signed_in_with) WHERE signed_in_with IS NOT NULL;

  -- A grant is what a seller has allowed a client: to act for one shop.
  CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    client TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    shop TEXT NOT NULL REFERENCES shops (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    UNIQUE (client, shop)
  ) STRICT;

  -- All that comes from one code is one family, and may do what the seller has allowed with that code.
  CREATE TABLE grant_tokens (
    hash TEXT PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    family TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('code', 'access', 'refresh')),
    scopes TEXT NOT NULL CHECK (json_valid(scopes) AND json_type(scopes) = 'array'),
    -- Of a code: what its redemption must repeat.
    redirect_uri TEXT,
    challenge TEXT,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
  ) STRICT;
  CREATE INDEX grant_tokens_by_grant ON grant_tokens (grant_id, family);
  CREATE INDEX grant_tokens_by_expiry ON grant_tokens (expires_at);

  CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY,
    shop TEXT NOT NULL REFERENCES shops (id) ON DELETE CASCADE,
    owner TEXT NOT NULL,
    trigger TEXT NOT NULL,
    inputs TEXT NOT NULL CHECK (json_valid(inputs) AND json_type(inputs) = 'object'),
    fingerprint TEXT NOT NULL UNIQUE,
    -- 'hook': its events are sent to an address. 'pull': a client reads them. 'recipe': the hub runs steps for them.
    kind TEXT NOT NULL CHECK (kind IN ('hook', 'pull', 'recipe')),
    target_sealed TEXT,
    secret_sealed TEXT,
    -- 'paused': no events are looked for until somebody changes what \`reason\` says. 'ended': never again.
    state TEXT NOT NULL CHECK (state IN ('starting', 'active', 'paused', 'ended')),
    reason TEXT,
    -- Whether its start mark is set, so that one that is paused knows how it goes on.
    is_started INTEGER NOT NULL DEFAULT 0 CHECK (is_started IN (0, 1)),
    -- Of a hook. 'gone': nobody listens at its address, which is tried once a day. 'refusing': somebody must change it.
    target_state TEXT NOT NULL DEFAULT 'open' CHECK (target_state IN ('open', 'gone', 'refusing')),
    target_reason TEXT,
    target_since INTEGER,
    created_at INTEGER NOT NULL,
    -- The newest of its events whose body is no longer kept, and when the newest of them occurred. Examples do not count.
    deleted_seq INTEGER NOT NULL DEFAULT 0,
    deleted_at INTEGER,
    -- Of a pull subscription: for how many hours the hub has run since a client has read it, and when it ended.
    unread_hours INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER
  ) STRICT;
  CREATE INDEX subscriptions_by_shop ON subscriptions (shop);

  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    event_id TEXT NOT NULL,
    title TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    -- By AliExpress's clock.
    created_at INTEGER NOT NULL,
    -- Null once it is no longer needed: the rest is the history.
    body TEXT CHECK (body IS NULL OR json_valid(body))
  ) STRICT;
  CREATE INDEX events_by_subscription ON events (subscription, seq);
  CREATE INDEX events_by_age ON events (created_at);

  -- What was announced, so that nothing is announced twice, and so that a reader learns when events occurred that are
  -- no longer kept.
  CREATE TABLE event_ids (
    subscription TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    seq INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    -- When it was found last, or up to 10 days before that.
    found_at INTEGER NOT NULL,
    PRIMARY KEY (subscription, digest)
  ) STRICT, WITHOUT ROWID;

  -- One row for each thing to do about an event: send it to the subscriber's address, or run one step of a recipe.
  CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event INTEGER NOT NULL REFERENCES events (seq) ON DELETE CASCADE,
    subscription TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    step TEXT NOT NULL,
    -- 'waiting' in the order of events; 'parked' out of it, after failures; 'unknown' may have arrived.
    state TEXT NOT NULL CHECK (state IN ('waiting', 'parked', 'delivered', 'unknown', 'dead')),
    -- When its event occurred: what waits is delivered in this order.
    occurred_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    -- What the machine's clock said when that was planned. If it says less now, it was set back.
    planned_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    first_tried_at INTEGER,
    -- Set while an attempt runs, so that a restart knows that it may have arrived.
    started_at INTEGER,
    finished_at INTEGER,
    reason TEXT,
    -- Set when somebody has asked for one more attempt, whatever is known of the address.
    sent_again_at INTEGER
  ) STRICT;
  CREATE INDEX deliveries_open ON deliveries (subscription, step, occurred_at, id) WHERE state IN ('waiting', 'parked');
  CREATE INDEX deliveries_running ON deliveries (subscription, step) WHERE started_at IS NOT NULL;
  CREATE INDEX deliveries_by_event ON deliveries (event);
  CREATE INDEX deliveries_undelivered ON deliveries (event) WHERE state IN ('parked', 'unknown', 'dead');
  CREATE INDEX deliveries_given_up ON deliveries (subscription, finished_at) WHERE state = 'dead';

  CREATE TABLE recipes (
    shop TEXT NOT NULL REFERENCES shops (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    settings_sealed TEXT NOT NULL,
    PRIMARY KEY (shop, key)
  ) STRICT;

  -- What somebody should know or do. It is shown on the page and sent by the alert channel.
  CREATE TABLE alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The same alert about the same thing is raised once.
    key TEXT NOT NULL UNIQUE,
    shop TEXT REFERENCES shops (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    text_zh TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    sent_at INTEGER
  ) STRICT;

  -- Settings of the hub itself, such as its alert channel.
  CREATE TABLE settings (key TEXT PRIMARY KEY, value_sealed TEXT NOT NULL) STRICT;
`;

export const migrations: readonly string[] = [FIRST];
