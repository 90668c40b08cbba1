/** What the lab runs of a release. A later release loads this module of an earlier one and plays it next to itself. */

import { pollTrigger } from '../lib/engine/poll-trigger.ts';
import { openShop } from '../lib/hosts/zapier/session.ts';
import { operations } from '../operations.ts';

export const thisRelease = { pollTrigger, openShop, operations };
export type Release = typeof thisRelease;
