/**
 * An answer of AliExpress, from its text to `temp.answer`. Make would read 64-bit ids as doubles and lose digits, and it
 * has no function that tells a list from an object. So the text itself is brought into one shape before it is parsed:
 *
 * - every scalar is a text, and null is an empty one; what is written with less than seconds gets them;
 * - the wrapper `…_response` is taken off;
 * - every list that is named is an array: without its wrapper, as the only item where it was a lone object, and empty
 *   where there is nothing. The names of the items do not matter, as in `wire.list`, because some of them are guesses;
 * - what lists are mapped by stands in every object, '' where AliExpress left it out; and a number to be summed stands
 *   beside its text as `…_n`.
 *
 * All patterns begin at the name of a key. Inside a text a quote is escaped, so none can match there.
 */

import type { Fields } from '../../pack/record.ts';
import { call, type Iml, matches, quoted, when } from './iml.ts';

const TEXT = '"(?:[^"\\\\]|\\\\.)*"';
const NO_BRACKET = `[^{}\\[\\]"]|${TEXT}`;
/** Wrappers and money take two levels each. */
const DEPTH = 7;

/** An object or a list, as deep as any in the answers. */
function nested(open: string, depth = DEPTH): string {
  const inner = depth === 0 ? '' : `|${nested('[{\\[]', depth - 1)}`;
  return `${open}(?:${NO_BRACKET}${inner})*[}\\]]`;
}

type Replacement = [pattern: string, by: string];

export interface AnswerShape {
  /** "aliexpress.trade.seller.orderlist.get" */
  method: string;
  /** Names of lists. */
  lists: readonly string[];
  /** What items of lists are mapped by. */
  keys: readonly string[];
  /** Which of them are summed. */
  numbers: readonly string[];
  /** Members that every object gets, as JSON, where an item lacks an object that is mapped through. */
  objects?: Readonly<Record<string, string>>;
  /** The only scalars that are kept, beside those that say whether there is an answer; left out, all. */
  only?: readonly string[];
}

function replacements({ method, lists, keys, numbers, objects = {}, only }: AnswerShape): Replacement[] {
  const named = `("(?:${lists.join('|')})"\\s*:\\s*)`;
  const wrapper: Replacement = [`/${named}\\{\\s*"\\w+"\\s*:\\s*(${nested('[{\\[]')})\\s*[}]/g`, '$1$2'];
  const lone: Replacement = [`/${named}(${nested('\\{')})/g`, '$1[$2]'];
  const ofLists: Replacement[] = [
    [`/${named}(?:${TEXT}|\\{\\s*(?:"\\w+"\\s*:\\s*""\\s*)?[}])/g`, '$1[]'],
    // A list of lists takes a second time.
    wrapper,
    wrapper,
    lone,
    lone,
  ];
  const defaults = [
    ...keys.map((key) => `"${key}":"",`),
    ...Object.entries(objects).map(([key, object]) => `"${key}":${object},`),
    ...numbers.map((key) => `"${key}_n":0,"${key}_known":"",`),
  ].join('');
  return [
    ['/("\\w+"\\s*:\\s*)null(?=\\s*[,}])/g', '$1""'],
    ['/("\\w+"\\s*:\\s*)(-?\\d[\\d.eE+-]*|true|false)(?=\\s*[,}])/g', '$1"$2"'],
    ['/"(\\d{4}-\\d{2}-\\d{2}) (\\d{2}:\\d{2})"/g', '"$1 $2:00"'],
    [`/^\\s*\\{\\s*"${method.replaceAll('.', '_')}_response"\\s*:\\s*([\\s\\S]*)[}]\\s*$/`, '$1'],
    ...(lists.length > 0 ? ofLists : []),
    ...(numbers.length > 0
      ? [
          [
            `/"(${numbers.join('|')})"\\s*:\\s*"(-?(?:0|[1-9]\\d{0,8}))"/g`,
            '"$1":"$2","$1_n":$2,"$1_known":"y"',
          ] satisfies Replacement,
        ]
      : []),
    ...(only ? onlyThese([...only, ...REFUSAL_KEYS, 'total_page', 'total_count']) : []),
    ...(defaults ? [['/\\{\\s*(?="\\w+"\\s*:)/g', `{${defaults}`] satisfies Replacement] : []),
  ];
}

/** Where an answer that refuses says what, in the order in which it is looked for. */
export const REFUSAL_PATHS = {
  code: ['error_response.code', 'code'],
  subCode: ['error_response.sub_code'],
  message: ['error_response.msg', 'error_response.message', 'message', 'msg'],
  subMessage: ['error_response.sub_msg'],
  /** Inside the payload. */
  refusalCode: ['error_code', 'result.error_code', 'response.error_code'],
  success: ['success', 'result_success', 'is_success', 'result.success', 'response.success'],
} as const;
const REFUSAL_KEYS = [
  ...new Set(
    Object.values(REFUSAL_PATHS)
      .flat()
      .map((path) => String(path.split('.').at(-1))),
  ),
];

/** Every other scalar goes, whatever it is called: what is remembered holds declared fields and nothing else. */
const onlyThese = (keys: readonly string[]): Replacement[] => [
  [`/"(?!(?:${keys.join('|')})")\\w+"\\s*:\\s*${TEXT}\\s*,?/g`, ''],
  ['/,\\s*(?=[}\\]])/g', ''],
];

/** The scalars that a record is made of. */
export const scalarsOf = (fields: Fields): string[] => [
  ...new Set(
    Object.values(fields).flatMap((field) => [
      String(field.from.split('.').at(-1)),
      ...('of' in field ? [field.of] : []),
      ...('pick' in field && field.pick ? [field.pick.of] : []),
      ...(field.as === 'amount' || field.as === 'currency' ? MONEY_KEYS : []),
      ...(field.as === 'items' ? scalarsOf(field.items) : []),
    ]),
  ),
];

/** What money is read through: cents are preferred where both are there. */
export const MONEY_KEYS = ['cent', 'cent_factor', 'amount', 'amount_str', 'currency_code'];

/** The code that stands for an answer that is no JSON. */
export const NOT_JSON = 'not_json';

/** `body`, the text of an answer, as what is described above. */
export const parsedAnswer = (shape: AnswerShape, body: Iml = 'body'): Iml =>
  call(
    'parseJSON',
    when(
      matches(body, '\\s*\\{[\\s\\S]*\\}\\s*'),
      replacements(shape).reduce(
        (text, [pattern, by]) => call('replace', text, quoted(pattern), quoted(by)),
        body,
      ),
      quoted(`{"code":"${NOT_JSON}"}`),
    ),
  );

/** What a record needs of an answer. */
export function shapeFor(method: string, fields: Fields, items?: string): AnswerShape {
  const lists = new Set<string>();
  const keys = new Set<string>();
  const numbers = new Set<string>();
  if (items !== undefined) lists.add(String(items.split('.').at(-1)));
  for (const field of Object.values(fields)) {
    const name = String(field.from.split('.').at(-1));
    if (field.as === 'items') lists.add(name);
    else if ('of' in field) {
      lists.add(name);
      keys.add(field.of);
      if (field.as === 'integer_sum' || field.as === 'integer_total') numbers.add(field.of);
    } else if ('pick' in field && field.pick) {
      lists.add(name);
      keys.add(field.pick.of);
      if (field.pick.newestBy !== undefined) keys.add(field.pick.newestBy);
    }
  }
  return { method, lists: [...lists], keys: [...keys], numbers: [...numbers] };
}
