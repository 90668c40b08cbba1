/**
 * One call of AliExpress: a claim, the signed request, whose answer is left in `temp.answer`, and what is to be done
 * where it speaks of limits.
 */

import type { Method } from '../../aliexpress/method.ts';
import { type AnswerShape, parsedAnswer } from './answer.ts';
import { type Claiming, claim, hasTurn } from './claim.ts';
import { all, any, call, type Iml, mustache, mustaches, quoted } from './iml.ts';
import type { Json } from './json.ts';
import { pause } from './pause.ts';
import type { RefusalTerms } from './refusals.ts';
import { signedForm } from './sign.ts';

export const APP_KEY = call('toString', 'connection.appKey');
const APP_SECRET = call('toString', 'connection.appSecret');
const ACCESS_TOKEN = call('toString', 'connection.accessToken');

export interface Question {
  method: Pick<Method, 'name' | 'requestKey'>;
  /** Business parameters: the whole request as JSON text where the method takes it so, or each by name. */
  params: Readonly<Record<string, Iml>>;
  shape: AnswerShape;
  /** An answer has one of these keys, or is another answer. */
  marks: readonly string[];
  /** What to keep of the answer before this one, under which names in `temp`. */
  keep?: Record<string, Iml>;
  condition?: Iml;
  /** What it notes beside the answer. */
  noting?: Record<string, Iml>;
  /** Further directives of the response. */
  response?: Record<string, Json>;
  /** What of the request no log may show, beside what none ever shows. */
  hidden?: readonly string[];
}

/** What of every request to AliExpress no log may show. The answer is hidden whole: it may hold a buyer's name. */
export const SECRET_PATHS = [
  'request.body.session',
  'request.body.sign',
  'request.body.app_key',
  'response.body',
];

function request(question: Question): Record<string, Json> {
  const { method, params, shape, marks, keep = {}, condition, noting = {}, response, hidden = [] } = question;
  const names = Object.keys(params);
  const form = signedForm(
    {
      app_key: APP_KEY,
      method: quoted(method.name),
      session: ACCESS_TOKEN,
      sign_method: quoted('sha256'),
      simplify: quoted('true'),
      timestamp: 'temp.ts',
      ...Object.fromEntries(names.map((name) => [name, `temp.ask_${name}`])),
    },
    APP_SECRET,
  );
  return {
    url: '/sync',
    method: 'POST',
    type: 'urlencoded',
    // Evaluated once, because the parameter and the signature must be of the same moment.
    temp: {
      ts: "{{formatDate(now, 'x')}}",
      ...mustaches(keep),
      // What is written to the same place twice is merged there, so the place is cleared first.
      answer: '',
      method: method.name,
      field: String(marks[0]),
      ...Object.fromEntries(names.map((name) => [`ask_${name}`, mustache(String(params[name]))])),
    },
    condition: mustache(all([hasTurn, ...(condition === undefined ? [] : [condition])])),
    body: form,
    response: {
      temp: {
        answer: mustache(parsedAnswer(shape)),
        answeredAt: "{{formatDate(now, 'x')}}",
        isShaped: mustache(call('if', isMarked(marks), quoted('yes'), quoted('no'))),
        ...mustaches(noting),
      },
      ...response,
    },
    log: { sanitize: [...SECRET_PATHS, ...hidden] },
  };
}

/** How the base judges an answer. */
export const JUDGED: RefusalTerms = {
  isClaimed: true,
  isShaped: "temp.isShaped = 'yes'",
  method: 'temp.method',
  field: 'temp.field',
};

const isMarked = (marks: readonly string[]): Iml =>
  any(marks.map((mark) => call('contains', 'body', quoted(`"${mark}"`))));

/** @param claiming its condition is the question's, where it has none */
export const ask = (question: Question, claiming: Claiming): Record<string, Json>[] => [
  claim({ ...(question.condition !== undefined && { condition: question.condition }), ...claiming }),
  request(question),
  pause(),
];

/** A JSON object as text. A part that begins with a comma may be an expression that is empty. */
export const json = (...parts: Iml[]): Iml => [quoted('{'), ...parts, quoted('}')].join(' + ');
