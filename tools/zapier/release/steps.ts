/** The steps of a release. */

import type { Step } from './step.ts';
import { canary, deprecate, migrate, promote, rollback } from './user-steps.ts';
import { changelog, environment, push, version } from './version-steps.ts';

/** In the order of a release. */
export const STEPS: readonly Step[] = [
  version,
  changelog,
  push,
  environment,
  canary,
  promote,
  migrate,
  deprecate,
];

/** Steps that a publisher starts by name. */
export const NAMED_STEPS: readonly Step[] = [...STEPS.slice(0, -1), rollback, deprecate];
