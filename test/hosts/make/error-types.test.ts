/** What Make does about each problem of the hub: which of them turn a scenario off, and which are tried again. */

import * as z from 'zod';
import { type ProblemBody, problemBodyOf } from '../../../lib/hosts/hub/api/problems.ts';
import { base } from '../../../lib/hosts/make/base.ts';
import { Problem, type ProblemKind, sentence } from '../../../lib/problems.ts';
import { evaluate } from '../../support/make/iml.ts';
import { samples } from '../../support/problem-samples.ts';

/** By the type in Make. */
const TYPES: Readonly<Record<string, readonly ProblemKind[]>> = {
  DataError: [
    'bad_input',
    'unknown_time_zone',
    'request_refused',
    'not_found',
    'target_refused',
    'channel_keyword_missing',
    'channel_message_refused',
    'channel_message_too_long',
  ],
  // These turn the scenario off, because a person has to do something.
  InvalidAccessTokenError: ['key_refused', 'reconnect_needed'],
  InvalidConfigurationError: [
    'app_key_refused',
    'permission_missing',
    'ip_not_allowed',
    'method_retired',
    'method_changed',
    'bad_setting',
    'too_many_subscriptions',
    'channel_address_refused',
    'channel_signature_refused',
    'channel_ip_refused',
    'tracker_key_refused',
    'tracker_ip_not_allowed',
  ],
  // These come again by themselves.
  RateLimitError: [
    'budget_used_up',
    'search_calls_used_up',
    'store_forgot',
    'calls_paused',
    'shop_rate_limited',
    'app_rate_limited',
    'app_quota_used_up',
    'too_many_requests',
    'channel_busy',
    'tracker_rate_limited',
  ],
  ConnectionError: [
    'aliexpress_unreachable',
    'budget_unavailable',
    'token_expired',
    'token_renewal_pending',
    'first_check_incomplete',
    'store_write_failed',
    'start_not_saved',
    'channel_unreachable',
    'tracker_unreachable',
    'tracker_rejected',
    'database_locked',
    'disk_unwritable',
  ],
  // To repeat them is of no use, or does harm.
  RuntimeError: ['answer_changed', 'data_unreadable', 'clock_wrong', 'channel_answer_lost'],
};
const cases = Object.entries(TYPES).flatMap(([type, kinds]) => kinds.map((kind) => [kind, type] as const));

const rules = z.object({
  response: z.object({
    error: z.looseObject({ type: z.string(), message: z.string() }),
  }),
});
const { error } = rules.parse(base('https://hub.example.com')).response;
const ruleOf = ({ status }: ProblemBody) =>
  z.object({ type: z.string(), message: z.string() }).parse(error[status] ?? error);

describe('Problem of the hub in Make', () => {
  test.each(cases)('%s is a %s, and both sentences are shown', (kind, type) => {
    const body = problemBodyOf(new Problem(kind, samples[kind]));
    const rule = ruleOf(body);
    const scope = { statusCode: body.status, body };
    expect([evaluate(rule.type, scope), evaluate(rule.message, scope)]).toEqual([
      type,
      `[${body.status}] ${sentence(kind, samples[kind], 'en')} ${sentence(kind, samples[kind], 'zh')} (code: ${kind})`,
    ]);
  });
});
