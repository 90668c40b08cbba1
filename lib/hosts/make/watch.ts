/**
 * A polling trigger: the questions, and then what Redis has seen (`seen.ts`), whose answer dates the events and hands
 * them out. The last request of a trigger must have an address, so it is that one.
 */

import { recordedItem } from '../../aliexpress/recorded/index.ts';
import { toEvent } from '../../pack/event.ts';
import type { Condition } from '../../pack/expression.ts';
import type { TriggerDeclaration } from '../../pack/operation.ts';
import type { Bilingual } from '../../problems.ts';
import { seller } from './budget-terms.ts';
import { type Terms, toIml } from './conditions.ts';
import type { Source } from './fields.ts';
import { all, call, type Iml, isGiven, joined, mustache, quoted, when } from './iml.ts';
import type { Json } from './json.ts';
import type { MakeModule } from './module.ts';
import { soon } from './orders-query.ts';
import { eventId, eventOutput } from './outputs.ts';
import { eventInterface, limitParameter, toParameters } from './parameters.ts';
import { answered, redis } from './redis.ts';
import { KEPT_MS, LOG_SCRIPT, SEEN_SCRIPT, WINDOW_SCRIPT } from './seen.ts';
import { beforeTwice, fromMs, msNumber, pacificOffset, toMs } from './times.ts';

/** Of a run. */
const MOST_BUNDLES = 200;
const EPOCH_BUNDLES = 50;
/** As on Zapier's side an event that is older is not handed out, unless it lasts. */
const MOST_HOURS = 36;

export interface Watching {
  trigger: TriggerDeclaration;
  terms: Terms;
  /** Claims and requests. */
  questions: Record<string, Json>[];
  /** The list that the events are made of; at most 512 characters with its braces. */
  items: Iml;
  /** What Redis remembers them by, so that each is dated once. */
  seen?: {
    /** The ids of all that the trigger may be about, as a list of texts, and the second half of each. */
    ids: Iml;
    halves?: Iml;
    /** Their own times, as AliExpress writes them, or as milliseconds that lack `shift`. */
    owns?: Iml;
    shift?: Iml;
    /** One whose time lies ahead is no event yet. */
    isAwaited?: true;
    /** The same id of one item. */
    of: Iml;
    /** What tells the memories of the trigger's scenarios apart, where they do not look at the same. */
    apart?: Iml;
  };
  /** Instead, a command whose answer, JSON text, is left in `temp.seen`. */
  remember?: Json[];
  /** What tells two events apart on Make, where the id of the event would be too long an expression. */
  id?: Iml;
  /** When an event came to be, where that is not when it was seen first; at most 512 characters with its braces. */
  date?: Iml;
  /** Further parameters, beside the trigger's own inputs. */
  more?: Json[];
  /** What the last request needs to note before it is sent. */
  noting?: Record<string, Json>;
  looksAt: Bilingual;
}

const plural = (noun: string): string => {
  if (noun.endsWith('Stock')) return noun;
  return /(s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
};

/** What every trigger is, however it comes by its items. */
export const triggerModule = (
  trigger: TriggerDeclaration,
  {
    communication,
    date,
    more = [],
    looksAt,
  }: { communication: Json[]; date: Iml; more?: Json[]; looksAt?: Bilingual },
  terms: Terms,
): MakeModule => ({
  key: trigger.key,
  type: 'trigger',
  label: `Watch ${plural(trigger.noun)}`,
  description: trigger.description,
  communication,
  staticParams: [...toParameters(trigger.inputs), ...more, limitParameter(true, MOST_BUNDLES)],
  mappableParams: [],
  interface: eventInterface(trigger.feed.record.fields, trigger.dueAt !== undefined),
  samples: JSON.parse(JSON.stringify(toEvent(trigger, recordedItem(trigger.feed.record), {}))),
  ...(looksAt && { looksAt }),
  epoch: {
    response: {
      limit: EPOCH_BUNDLES,
      output: { label: eventOutput(trigger, terms).title ?? eventId(trigger, terms), date: mustache(date) },
    },
  },
});

/** Whether the trigger fires for an item. */
export function fires(trigger: TriggerDeclaration, terms: Terms, also: readonly Iml[] = []): Iml {
  const required = Object.entries(trigger.feed.record.fields).flatMap(([key, field]) =>
    'required' in field && field.required ? [`${terms.readings[key]?.text} != ''`] : [],
  );
  const where: Condition | undefined = trigger.where;
  return all([...required, ...(where ? [toIml(where, terms)] : []), ...recent(trigger, terms), ...also]);
}

function recent(trigger: TriggerDeclaration, { readings }: Terms): Iml[] {
  if (trigger.standing) return [];
  const reading = readings[(trigger.enteredAt ?? trigger.occurredAt).key];
  if (reading?.date === undefined) return [];
  const age = `${msNumber('now')} - ${msNumber(reading.date)}`;
  return [call('if', `${reading.text} = ''`, 'false', `${age} < ${MOST_HOURS * 3_600_000}`)];
}

/** When an event was seen first, a text of epoch milliseconds. */
export const seenAt = (id: Iml): Iml => call('get', 'temp.seen', joined(quoted('k'), id));

/** Where Redis remembers a trigger's events. */
const memory = (part: string, key: string, apart?: Iml): string =>
  mustache(
    joined(
      quoted(`${part}:`),
      seller,
      quoted(`:${key}`),
      ...(apart === undefined ? [] : [quoted(':'), apart]),
    ),
  );

const side = (list: Iml | undefined): string =>
  list === undefined ? '-' : mustache(call('join', list, quoted(',')));

/** What both scripts are told of the events. */
const told = ({
  ids,
  halves,
  owns,
  shift = "'0'",
}: Pick<NonNullable<Watching['seen']>, 'ids' | 'halves' | 'owns' | 'shift'>) => [
  "{{formatDate(now, 'x')}}",
  String(KEPT_MS),
  side(ids),
  side(halves),
  owns === undefined ? '' : side(owns),
  mustache(pacificOffset),
  mustache(shift),
];

function seenCommand(key: string, seen: Watching['seen']): Json[] {
  if (!seen) throw new Error(`nothing says what ${key} has seen`);
  return [
    'EVAL',
    SEEN_SCRIPT,
    '2',
    ...['seen', 'met'].map((part) => memory(part, key, seen.apart)),
    ...told(seen),
    seen.isAwaited ? 'y' : 'n',
  ];
}

/** The date of the event that was handed out last; 1 where the panel "Choose where to start" is filled. */
const given: Iml = toMs(call('ifempty', 'data.lastDate', fromMs(quoted('1'))));
/** Whether a run hands out events, and is not the panel. */
export const isRun: Iml = `${given} != '1'`;

/** What is asked again of what was asked before, and between two pieces of a window; and the shortest piece. */
const OVERLAP_MS = 30 * 60_000;
const PIECE_OVERLAP_MS = 2 * 60_000;
const LEAST_PIECE_MS = 2 * PIECE_OVERLAP_MS;
const MOST_MS = MOST_HOURS * 3_600_000;

/** Asks Redis for the window of this run, and leaves it in `temp`. */
export function windowQuestion({ key }: TriggerDeclaration, apart?: Iml): Record<string, Json> {
  const [start, end] = [1, 2].map((at) => call('toString', `body.result[${at}]`)) as [Iml, Iml];
  return redis(
    [
      'EVAL',
      WINDOW_SCRIPT,
      '1',
      memory('seen', key, apart),
      mustache(given),
      '{{temp.startedAt}}',
      ...[MOST_MS, OVERLAP_MS, PIECE_OVERLAP_MS, LEAST_PIECE_MS].map(String),
      mustache(when(isRun, quoted('n'), quoted('y'))),
    ],
    answered,
    {
      temp: { startedAt: mustache(toMs('now')) },
      response: {
        temp: {
          since: mustache(start),
          from: mustache(toMs(beforeTwice(fromMs(start)))),
          until: mustache(end),
        },
      },
    },
  );
}

/** That window, as dates. One that ends now ends a little later, so that the hour that autumn has twice is in it. */
export const windowOfRun = {
  from: fromMs('temp.from'),
  to: when('temp.until = temp.startedAt', soon, fromMs('temp.until')),
};

/** What a trigger remembers that asks window by window. */
export interface Logging {
  ids: Iml;
  statuses: Iml;
  owns: Iml;
  perStatus: boolean;
  /** The statuses that make an event; left out, all. */
  only?: readonly string[];
  /** The items, in the order of the ids. */
  items: Iml;
  isWhole: Iml;
  apart?: Iml;
}

/** The command that remembers them, and hands out what the scenario has not had. */
export const logCommand = (
  { key }: TriggerDeclaration,
  { ids, statuses, owns, perStatus, only, items, isWhole, apart }: Logging,
): Json[] => [
  'EVAL',
  LOG_SCRIPT,
  '4',
  ...['seen', 'met', 'log', 'dated'].map((part) => memory(part, key, apart)),
  ...told({ ids, halves: statuses, owns }),
  perStatus ? 'y' : 'n',
  only === undefined ? '-' : `,${only.join(',')},`,
  mustache(call('createJSON', items)),
  mustache(call('ifempty', 'temp.answeredAt', 'temp.startedAt')),
  mustache(given),
  '{{temp.since}}',
  '{{temp.until}}',
  mustache(when(isRun, when(isWhole, quoted('y'), quoted('n')), quoted('-'))),
  String(MOST_MS),
  String(LEAST_PIECE_MS),
];

/** Where the events of the log are. */
export const loggedItems: Iml = 'temp.seen';
export const loggedDate: Iml = fromMs('item.seen_at');
export const loggedSource: Source = { at: (from) => `item.${from}`, answeredAt: 'item.answered_at' };

export function watchModule(watching: Watching): MakeModule {
  const { trigger, terms, questions, items, seen, more, looksAt, noting = {} } = watching;
  // What is no event yet has no date.
  const dated = seen === undefined ? [] : [isGiven(seenAt(seen.of))];
  const date = watching.date ?? fromMs(seenAt(seen?.of ?? "''"));
  const last = redis(watching.remember ?? seenCommand(trigger.key, seen), answered, {
    ...(Object.keys(noting).length > 0 && { temp: noting }),
    response: {
      limit: '{{parameters.limit}}',
      temp: {
        seen: mustache(call('parseJSON', call('toString', call('ifempty', 'body.result', quoted('{}'))))),
      },
      iterate: {
        container: mustache(items),
        condition: mustache(fires(trigger, terms, dated)),
      },
      output: eventOutput(trigger, terms),
      trigger: {
        type: 'date',
        order: 'unordered',
        id: watching.id === undefined ? eventId(trigger, terms) : mustache(watching.id),
        date: mustache(date),
      },
    },
  });
  return triggerModule(
    trigger,
    { communication: [...questions, last], date, looksAt, ...(more && { more }) },
    terms,
  );
}
