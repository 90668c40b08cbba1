/** Problems of the closed set → what Make's user reads, and the error type that decides what Make does next. */

import { type Bilingual, type ProblemKind, template } from '../../problems.ts';
import { type Iml, joined, quoted } from './iml.ts';

/** [facts/make.md §5.2] */
export type MakeErrorType =
  | 'RuntimeError'
  | 'DataError'
  | 'RateLimitError'
  | 'ConnectionError'
  | 'InvalidConfigurationError'
  | 'InvalidAccessTokenError';

/**
 * `RateLimitError` and `ConnectionError` are tried again later, `InvalidConfigurationError` and
 * `InvalidAccessTokenError` switch the scenario off until somebody has acted, `DataError` sets the bundle aside, and
 * `RuntimeError` ends the run.
 */
export const errorTypes: Record<ProblemKind, MakeErrorType> = {
  budget_used_up: 'RateLimitError',
  budget_unavailable: 'ConnectionError',
  banned: 'RateLimitError',
  aliexpress_unreachable: 'ConnectionError',
  // Make renews a token before its time; one that is refused all the same needs a person.
  token_expired: 'InvalidAccessTokenError',
  reconnect_needed: 'InvalidAccessTokenError',
  app_key_refused: 'InvalidConfigurationError',
  permission_missing: 'InvalidConfigurationError',
  ip_not_allowed: 'InvalidConfigurationError',
  request_refused: 'DataError',
  answer_changed: 'RuntimeError',
  bad_input: 'DataError',
  bad_setting: 'InvalidConfigurationError',
  already_running: 'RuntimeError',
  redirect_uri_mismatch: 'InvalidConfigurationError',
  state_lost: 'InvalidAccessTokenError',
  code_refused: 'InvalidAccessTokenError',
  feishu_address_refused: 'InvalidConfigurationError',
  feishu_signature_refused: 'InvalidConfigurationError',
  feishu_ip_refused: 'InvalidConfigurationError',
  feishu_keyword_missing: 'DataError',
  feishu_busy: 'RateLimitError',
  feishu_card_refused: 'DataError',
  feishu_unreachable: 'ConnectionError',
  // Tried again, the card might come twice.
  feishu_answer_lost: 'RuntimeError',
};

type Words = Iml | Readonly<Record<keyof Bilingual, Iml>>;

/** The sentence in English and in Chinese. `facts`: what stands for its placeholders, "until|in" for one with a form. */
export const problemText = (kind: ProblemKind, facts: Readonly<Record<string, Words>> = {}): Iml =>
  joined(said(kind, facts, 'en'), 'newline', said(kind, facts, 'zh'));

function said(kind: ProblemKind, facts: Readonly<Record<string, Words>>, language: keyof Bilingual): Iml {
  const pieces = template(kind)[language].split(/\{(\w+(?:\|\w+)?)\}/);
  const written = pieces.flatMap((piece, index) => {
    if (index % 2 === 0) return piece === '' ? [] : [quoted(piece)];
    const fact = facts[piece];
    if (fact === undefined) throw new Error(`${kind} needs to know ${piece}`);
    return [typeof fact === 'string' ? fact : fact[language]];
  });
  return joined(...written);
}
