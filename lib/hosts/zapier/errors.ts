/** Problems → Zapier's errors, which decide what Zapier does next: docs/zapier.md#errors. */

import zapier from 'zapier-platform-core';
import type { MessageLanguage } from '../../language.ts';
import { isProblem, Problem, STORES } from '../../problems.ts';
import { problemsIn } from '../../read-all.ts';
import { MINUTE } from '../../runtime.ts';
import { messageIn } from './language.ts';
import type { AppRuntime, HostRuntime } from './session.ts';

const { errors } = zapier;

/** Retries are spread over this time, so that they do not all run at once. */
const JITTER_SECONDS = 60;
/** When to come back to a messenger that was not reached. */
const UNREACHABLE_MS = MINUTE;

type Host = Pick<HostRuntime, 'random' | 'settings' | 'openStore' | 'language'>;

function toZapierError(problem: Problem, { random, settings, openStore, language }: Host): Error {
  const message = messageIn(problem, language);
  const after = (ms: number) => Math.ceil(ms / 1000) + Math.ceil(random() * JITTER_SECONDS);
  if (isProblem(problem, 'token_expired')) return new errors.RefreshAuthError(message);
  if (isProblem(problem, 'reconnect_needed')) return new errors.ExpiredAuthError(message);
  if (isProblem(problem, 'budget_used_up', 'store_forgot', 'app_quota_used_up')) {
    return new errors.ThrottledError(message, after(problem.facts.resetsAt - problem.facts.now));
  }
  if (isProblem(problem, 'calls_paused')) {
    return new errors.ThrottledError(message, after(problem.facts.until - problem.facts.now));
  }
  if (isProblem(problem, 'channel_busy', 'shop_rate_limited', 'app_rate_limited', 'tracker_rate_limited'))
    return new errors.ThrottledError(message, after(problem.facts.retryIn));
  if (isProblem(problem, 'channel_unreachable', 'tracker_unreachable'))
    return new errors.ThrottledError(message, after(UNREACHABLE_MS));
  if (isProblem(problem, 'budget_unavailable', 'store_write_failed', 'start_not_saved')) {
    const store = openStore ? STORES.any : STORES[storeName(settings)];
    return new errors.Error(messageIn(new Problem(problem.kind, { store }), language), problem.kind, 400);
  }
  return new errors.Error(message, problem.kind, 400);
}

const storeName = ({ quotaRedis, quotaHub }: AppRuntime['settings']): keyof typeof STORES =>
  quotaHub ? 'hub' : quotaRedis ? 'redis' : 'zapier_cache';

/** Runs an operation, and throws its problems as Zapier's errors. */
export async function withZapierErrors<T>(runtime: Host, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isProblem(error) ? toZapierError(error, runtime) : error;
  }
}

/**
 * Reads settings at the start of the app, where there is no step yet that could show a problem.
 * @throws Error that names every wrong setting
 */
export function readAtStart<T>(read: () => T, language: MessageLanguage): T {
  try {
    return read();
  } catch (error) {
    const problems = problemsIn(error);
    if (!problems) throw error;
    throw new Error(problems.map((problem) => messageIn(problem, language)).join('\n'));
  }
}

/** A status of which Zapier knows that it passes. Most others of a renewal mark the connection as expired. */
const CONFLICT = 409;

/** Runs the renewal of tokens. Only a connection that must be made again is marked as expired. */
export async function withRenewalErrors<T>(
  { language }: Pick<HostRuntime, 'language'>,
  renew: () => Promise<T>,
): Promise<T> {
  try {
    return await renew();
  } catch (error) {
    if (!isProblem(error)) throw error;
    const message = messageIn(error, language);
    if (isProblem(error, 'reconnect_needed')) throw new errors.ExpiredAuthError(message);
    throw new errors.Error(message, error.kind, CONFLICT);
  }
}
