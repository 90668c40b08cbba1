/** What an answer of AliExpress means: "ok", or the kind of a problem. Reads it as `answer.ts` has left it. */

import { classify, type ErrorClass, knownCodes, MOST_BAN_SECONDS } from '../../aliexpress/errors.ts';
import type { ProblemKind } from '../../problems.ts';
import { NOT_JSON, REFUSAL_PATHS } from './answer.ts';
import {
  all,
  any,
  call,
  type Iml,
  isOneOf,
  joined,
  matches,
  mustache,
  not,
  quoted,
  toNumber,
  when,
  wordOf,
} from './iml.ts';
import { errorTypes, problemText } from './problems.ts';
import { spanOf } from './times.ts';

const kinds: Record<ErrorClass, ProblemKind> = {
  token_expired: 'token_expired',
  reconnect: 'reconnect_needed',
  app_key: 'app_key_refused',
  code: 'code_refused',
  ip: 'ip_not_allowed',
  permission: 'permission_missing',
  daily_limit: 'budget_used_up',
  unreachable: 'aliexpress_unreachable',
  refused: 'request_refused',
};

const DAILY_LIMITS = knownCodes.filter((code) => classify({ code, subCode: '', text: '' }) === 'daily_limit');

const table = (codes: readonly string[]): Record<string, string> =>
  Object.fromEntries(codes.map((code) => [code, kinds[classify({ code, subCode: '', text: '' })]]));

/** What is read of an answer. */
function partsOf() {
  const either = (names: readonly string[]): Iml =>
    names.reduceRight((rest, name) => call('ifempty', `temp.answer.${name}`, rest), "''");
  const { code, subCode, message, subMessage, refusalCode, success } = REFUSAL_PATHS;
  const [outer, ...inner] = code;
  const shown = either([...subCode, outer, ...refusalCode, ...inner]);
  return {
    code: either(code),
    subCode: either(subCode),
    message: joined(either(message), quoted(' '), either(subMessage)),
    /** A refusal inside the payload has codes of its own. */
    refusalCode: either(refusalCode),
    isRefused: any(success.map((name) => `${either([name])} = 'false'`)),
    /** Codes are shown, and never a sentence: a sentence may hold a name. */
    shownCode: when(matches(shown, '[\\w.-]{1,80}'), shown, quoted('unknown')),
  };
}

type Parts = ReturnType<typeof partsOf>;

const BAN = 'ban will last(?: for)? ';
const begins = (text: Iml, with_: string) => `${call('indexOf', text, quoted(with_))} = 0`;

const ofError = ({ code, subCode }: Parts): Iml =>
  wordOf(
    subCode,
    table(knownCodes),
    when(
      begins(subCode, 'isp.'),
      quoted(kinds.unreachable),
      when(
        all([`${code} = '15'`, begins(subCode, 'isv.')]),
        quoted(kinds.refused),
        wordOf(code, table(knownCodes), quoted(kinds.refused)),
      ),
    ),
  );

/** Inside the payload only the named codes mean the same. */
const ofRefusal = ({ refusalCode }: Parts): Iml =>
  wordOf(
    refusalCode,
    table(knownCodes.filter((each) => !/^\d+$/.test(each))),
    when(begins(refusalCode, 'isp.'), quoted(kinds.unreachable), quoted(kinds.refused)),
  );

/** What AliExpress says about limits, which others must know too: `pause.ts` writes it down and says it. */
const PAUSES: readonly ProblemKind[] = ['banned', 'budget_used_up'];

/** AliExpress says how long a ban lasts; then it is one, whatever the code. */
const isStatedBan = ({ message }: Parts): Iml =>
  `(${matches(call('lower', message), `[\\s\\S]*${BAN}\\d+[\\s\\S]*`)})`;
const isThrottled = ({ code }: Parts): Iml => isOneOf(code, ['ApiCallLimit', '7']);
const isDailyLimit = ({ subCode }: Parts): Iml => `${subCode} = 'accesscontrol.limited-by-app-access-count'`;

/** "ok", or the kind of a problem. */
const kindOf = (parts: Parts, isShaped: Iml): Iml =>
  when(
    `${parts.code} = ${quoted(NOT_JSON)}`,
    quoted(kinds.unreachable),
    when(
      not(isOneOf(parts.code, ['', '0'])),
      when(
        isStatedBan(parts),
        quoted('banned'),
        when(
          isDailyLimit(parts),
          quoted(kinds.daily_limit),
          when(isThrottled(parts), quoted('banned'), ofError(parts)),
        ),
      ),
      when(parts.isRefused, ofRefusal(parts), when(isShaped, quoted('ok'), quoted('answer_changed'))),
    ),
  );

/** How long a ban lasts that AliExpress speaks of, in seconds. */
function banSeconds({ message }: Parts): Iml {
  const said = call('lower', message);
  return when(
    matches(said, `[\\s\\S]*${BAN}\\d{1,6}[\\s\\S]*`),
    call(
      'min',
      toNumber(call('replace', said, quoted(`/^[\\s\\S]*${BAN}(\\d+)[\\s\\S]*$/`), quoted('$1'))),
      MOST_BAN_SECONDS,
    ),
    '60',
  );
}

export function banLeft(seconds: Iml) {
  const minutes = call('max', 1, call('ceil', `(${seconds}) / 60`));
  return { en: spanOf(minutes, 'en'), zh: spanOf(minutes, 'zh') };
}

/**
 * What the last answer says about limits: 'banned', 'used_up', or ''. It may be asked only of an answer that has passed
 * `validAnswer`, which knows better what else its codes may mean.
 */
export function pauseTerms() {
  const parts = partsOf();
  const { code, subCode, refusalCode } = parts;
  const isUsedUp = any([subCode, code, refusalCode].map((each) => isOneOf(each, DAILY_LIMITS)));
  const isError = not(isOneOf(code, ['', '0']));
  return {
    kind: when(
      all([isError, isStatedBan(parts)]),
      quoted('banned'),
      when(
        isDailyLimit(parts),
        quoted('used_up'),
        when(all([isError, isThrottled(parts)]), quoted('banned'), when(isUsedUp, quoted('used_up'), "''")),
      ),
    ),
    seconds: call('toString', banSeconds(parts)),
  };
}

export interface RefusalTerms {
  /** Where `pause.ts` follows. Signing in has no budget yet. */
  isClaimed: boolean;
  isShaped: Iml;
  /** Texts: the method, and the field whose absence shows that the answer has changed. */
  method: Iml;
  field: Iml;
  /** For signing in. */
  redirectUri?: Iml;
}

/** `response.valid` for an answer of AliExpress. */
export function validAnswer(terms: RefusalTerms) {
  const { isClaimed, isShaped, method, field, redirectUri = "''" } = terms;
  const parts = partsOf();
  const { shownCode } = parts;
  const kind = kindOf(parts, isShaped);
  const texts: [ProblemKind, Iml][] = [
    ['token_expired', problemText('token_expired')],
    ['reconnect_needed', problemText('reconnect_needed')],
    ['app_key_refused', problemText('app_key_refused', { code: shownCode })],
    ['code_refused', problemText('code_refused', { code: shownCode, redirectUri })],
    ['ip_not_allowed', problemText('ip_not_allowed')],
    ['permission_missing', problemText('permission_missing', { method, code: shownCode })],
    ['aliexpress_unreachable', problemText('aliexpress_unreachable', { reason: shownCode })],
    ...(isClaimed
      ? []
      : [
          ['banned', problemText('banned', { 'until|in': banLeft(banSeconds(parts)) })] satisfies [
            ProblemKind,
            Iml,
          ],
        ]),
    ['answer_changed', problemText('answer_changed', { method, field })],
  ];
  return {
    condition: mustache(isOneOf(kind, isClaimed ? ['ok', ...PAUSES] : ['ok'])),
    message: `{{${call(
      'switch',
      kind,
      ...texts.flatMap(([name, text]) => [quoted(name), text]),
      problemText('request_refused', { method, code: shownCode }),
    )}}}`,
    type: `{{${call(
      'switch',
      kind,
      ...texts.flatMap(([name]) => [quoted(name), quoted(errorTypes[name])]),
      quoted(errorTypes.request_refused),
    )}}}`,
  };
}
