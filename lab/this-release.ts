/** What the lab runs of a release. A later release loads this module of an earlier one and plays it next to itself. */

import { pollTrigger } from '../lib/engine/poll-trigger.ts';
import { toZapierApp } from '../lib/hosts/zapier/app.ts';
import { openShop } from '../lib/hosts/zapier/session.ts';
import { TransportFailure } from '../lib/http/transport.ts';
import { operations } from '../operations.ts';

/** Each release has its own class of failures: an error of another one is unknown to it. */
export const thisRelease = { pollTrigger, openShop, operations, toZapierApp, TransportFailure };
export type Release = typeof thisRelease;
