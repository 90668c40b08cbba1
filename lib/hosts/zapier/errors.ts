/** Problems → Zapier's errors, which decide what Zapier does next: docs/zapier.md#errors. */

import zapier from 'zapier-platform-core';
import { isProblem, Problem, STORES } from '../../problems.ts';
import { MINUTE } from '../../runtime.ts';
import type { AppRuntime } from './session.ts';

const { errors } = zapier;

/** Retries are spread over this time, so that they do not all run at once. */
const JITTER_SECONDS = 60;
/** When to come back to a messenger that was not reached. */
const UNREACHABLE_MS = MINUTE;

function toZapierError(problem: Problem, { random, settings, openStore }: AppRuntime): Error {
  const after = (ms: number) => Math.ceil(ms / 1000) + Math.ceil(random() * JITTER_SECONDS);
  if (isProblem(problem, 'token_expired')) return new errors.RefreshAuthError(problem.message);
  if (isProblem(problem, 'reconnect_needed')) return new errors.ExpiredAuthError(problem.message);
  if (isProblem(problem, 'budget_used_up', 'store_forgot', 'app_quota_used_up')) {
    return new errors.ThrottledError(problem.message, after(problem.facts.resetsAt - problem.facts.now));
  }
  if (isProblem(problem, 'calls_paused')) {
    return new errors.ThrottledError(problem.message, after(problem.facts.until - problem.facts.now));
  }
  if (isProblem(problem, 'channel_busy', 'shop_rate_limited', 'app_rate_limited', 'tracker_rate_limited'))
    return new errors.ThrottledError(problem.message, after(problem.facts.retryIn));
  if (isProblem(problem, 'channel_unreachable', 'tracker_unreachable'))
    return new errors.ThrottledError(problem.message, after(UNREACHABLE_MS));
  if (isProblem(problem, 'budget_unavailable', 'store_write_failed', 'start_not_saved')) {
    const store = openStore ? STORES.any : STORES[storeName(settings)];
    return new errors.Error(new Problem(problem.kind, { store }).message, problem.kind, 400);
  }
  return new errors.Error(problem.message, problem.kind, 400);
}

const storeName = ({ quotaRedis, quotaHub }: AppRuntime['settings']): keyof typeof STORES =>
  quotaHub ? 'hub' : quotaRedis ? 'redis' : 'zapier_cache';

/** Runs an operation, and throws its problems as Zapier's errors. */
export async function withZapierErrors<T>(runtime: AppRuntime, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isProblem(error) ? toZapierError(error, runtime) : error;
  }
}

/** A status of which Zapier knows that it passes. Most others of a renewal mark the connection as expired. */
const CONFLICT = 409;

/** Runs the renewal of tokens. Only a connection that must be made again is marked as expired. */
export async function withRenewalErrors<T>(renew: () => Promise<T>): Promise<T> {
  try {
    return await renew();
  } catch (error) {
    if (!isProblem(error)) throw error;
    if (isProblem(error, 'reconnect_needed')) throw new errors.ExpiredAuthError(error.message);
    throw new errors.Error(error.message, error.kind, CONFLICT);
  }
}
