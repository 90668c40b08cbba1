/**
 * The action "Prepare Ticket", as `lib/tickets` makes one. IML cannot walk a text, so one that is too long is cut at a
 * length that fits whatever its characters take: a text beyond 2 KB may be cut a little shorter than elsewhere.
 */

import type { ActionDeclaration } from '../../../pack/operation.ts';
import { MARKDOWN_RULES } from '../../../tickets/plain-text.ts';
import { BODY_LIMIT, EXTERNAL_ID_LIMIT, SUBJECT_LIMIT } from '../../../tickets/ticket.ts';
import { inputValues } from '../conditions.ts';
import { call, type Iml, joined, matches, mustache, quoted, toNumber, when, wordOf } from '../iml.ts';
import { inputCheck } from '../input-check.ts';
import type { Json } from '../json.ts';
import type { MakeModule } from '../module.ts';
import { outputInterface, toParameters } from '../parameters.ts';
import { errorTypes, problemText } from '../problems.ts';
import { isoOf, toMs } from '../times.ts';

type Rule = [pattern: string, plain: string];

const MARKDOWN: Rule[] = MARKDOWN_RULES.map(([mark, plain]) => [String(mark), plain]);

const replaced = (text: Iml, rules: readonly Rule[]): Iml =>
  rules.reduce((rest, [pattern, plain]) => call('replace', rest, quoted(pattern), quoted(plain)), text);

/** Without control characters. */
const printable = (text: Iml): Iml =>
  replaced(text, [
    ['/\\r\\n?/g', '\n'],
    ['/[^\\P{Cc}\\n\\t]/gu', ''],
  ]);

/** What a text takes in bytes: of each, the encoded form has three characters. */
const bytesOf = (text: Iml): Iml =>
  call('length', replaced(call('encodeURL', text), [['/%[0-9A-F][0-9A-F]/g', 'x']]));

const MARK_BYTES = 3;
/** A character takes three bytes at most, or four together with its other half. */
const MOST_BYTES = 3;

/** At most so many bytes; `limit` is a number in IML. */
const cutBytes = (text: Iml, limit: Iml): Iml =>
  when(
    `${bytesOf(text)} <= ${limit}`,
    text,
    joined(
      call(
        'trim',
        call(
          'substring',
          text,
          0,
          when(
            `${bytesOf(text)} = ${call('length', text)}`,
            `${limit} - ${MARK_BYTES}`,
            call('floor', `(${limit} - ${MARK_BYTES}) / ${MOST_BYTES}`),
          ),
        ),
      ),
      quoted('…'),
    ),
  );

const TIME = '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?(?:Z|[+-]\\d{2}:\\d{2})';
const dateOf = (text: Iml): Iml =>
  call('parseDate', replaced(text, [['/\\.\\d+/', '']]), quoted('YYYY-MM-DDTHH:mm:ssZ'));

export function prepareTicket(action: ActionDeclaration): MakeModule {
  const input = inputValues(action.inputs);
  const [event, kind, link] = ['event', 'kind', 'link'].map((key) => call('trim', input(key))) as [
    Iml,
    Iml,
    Iml,
  ];
  const times = ['occurred_at', 'due_at'] as const;
  const timeCheck = (key: (typeof times)[number]): Json => ({
    response: {
      valid: {
        condition: mustache(
          when(`${call('trim', input(key))} = ''`, 'true', matches(call('trim', input(key)), TIME)),
        ),
        message: mustache(
          problemText('bad_input', {
            field: quoted(action.inputs[key]?.label ?? key),
            allowed: {
              en: quoted('a time with its zone, such as 2026-11-21T02:15:00Z'),
              zh: quoted('带时区的时间，例如 2026-11-21T02:15:00Z'),
            },
          }),
        ),
        type: errorTypes.bad_input,
      },
      output: '',
    },
  });
  const time = (key: (typeof times)[number]): Record<string, Json> => {
    const text = call('trim', input(key));
    return {
      [key]: mustache(when(`${text} = ''`, 'null', isoOf(dateOf(text)))),
      [`${key}_ms`]: mustache(when(`${text} = ''`, 'null', toNumber(toMs(dateOf(text))))),
    };
  };
  const tags = joined(quoted('aliexpress,'), kind, quoted(','), call('join', input('tags'), quoted(',')));
  const cleanTags = replaced(call('lower', tags), [
    ['/[^\\p{L}\\p{N}_,-]+/gu', '_'],
    ['/([^,]{50})[^,]*/g', '$1'],
    ['/(?<![^,])_+|_+(?![^,])/g', ''],
  ]);
  const digest = call(
    'substring',
    call(
      'sha256',
      joined(quoted('['), call('createJSON', kind), quoted(','), call('createJSON', event), quoted(']')),
    ),
    0,
    10,
  );
  const readable = replaced(joined(quoted('aliexpress-'), kind, quoted('-'), event), [
    ['/[^A-Za-z0-9_]+/g', '-'],
  ]);
  const short = when(
    `${call('length', readable)} > ${EXTERNAL_ID_LIMIT - 11}`,
    call('substring', readable, 0, EXTERNAL_ID_LIMIT - 11),
    readable,
  );
  /** The texts, before they are put together. */
  const noted: Json = {
    temp: {
      title: mustache(call('trim', replaced(printable(input('title')), [['/\\s+/g', ' ']]))),
      markdown: mustache(call('trim', printable(input('text')))),
      plain: mustache(call('trim', replaced(call('trim', printable(input('text'))), MARKDOWN))),
      tail: mustache(when(`${link} = ''`, "''", joined('newline', 'newline', link))),
      linked: mustache(
        when(
          `${link} = ''`,
          "''",
          joined(
            'newline',
            'newline',
            quoted('[打开 / Open]('),
            replaced(link, [
              ['/\\(/g', '%28'],
              ['/\\)/g', '%29'],
            ]),
            quoted(')'),
          ),
        ),
      ),
    },
    response: { valid: true, output: '' },
  };
  const room = (tail: Iml): Iml => `(${BODY_LIMIT} - ${bytesOf(tail)})`;
  const isLong = (text: Iml, tail: Iml): Iml => `${bytesOf(text)} > ${room(tail)}`;
  const isLongTitle = `${call('length', 'temp.title')} > ${SUBJECT_LIMIT}`;
  const last: Json = {
    response: {
      valid: true,
      output: {
        subject: mustache(
          when(
            isLongTitle,
            joined(call('trim', call('substring', 'temp.title', 0, SUBJECT_LIMIT - 1)), quoted('…')),
            'temp.title',
          ),
        ),
        body_text: mustache(joined(cutBytes('temp.plain', room('temp.tail')), 'temp.tail')),
        body_markdown: mustache(joined(cutBytes('temp.markdown', room('temp.linked')), 'temp.linked')),
        priority: mustache(
          wordOf(input('severity'), { info: 'low', warning: 'high', urgent: 'urgent' }, quoted('normal')),
        ),
        tags: mustache(call('remove', call('deduplicate', call('split', cleanTags, quoted(','))), "''")),
        external_id: mustache(joined(replaced(short, [['/-$/', '']]), quoted('-'), digest)),
        link: mustache(when(`${link} = ''`, 'null', link)),
        ...time('occurred_at'),
        ...time('due_at'),
        trimmed: mustache(
          `${isLongTitle} | ${isLong('temp.plain', 'temp.tail')} | ${isLong('temp.markdown', 'temp.linked')}`,
        ),
      },
    },
  };
  return {
    key: action.key,
    type: 'action',
    needsNoShop: true,
    crud: 'read',
    label: action.label,
    description: action.description,
    communication: [...inputCheck(action.inputs), ...times.map(timeCheck), noted, last],
    staticParams: [],
    mappableParams: toParameters(action.inputs),
    interface: outputInterface(action.outputs),
    samples: JSON.parse(JSON.stringify(action.sample)),
  };
}
