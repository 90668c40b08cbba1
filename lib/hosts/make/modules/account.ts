/** What Redis and the connection know by themselves: no call of AliExpress is made. */

import { ALERT_WORDS, BUDGET_FIGURES } from '../../../feeds/account.ts';
import type { SearchDeclaration, TriggerDeclaration } from '../../../pack/operation.ts';
import { ALERTS_SCRIPT, STATUS_SCRIPT } from '../account-scripts.ts';
import { banKey, cardKey, dayAt, limit, limitText, seller } from '../budget-terms.ts';
import type { Source } from '../fields.ts';
import { call, type Iml, joined, mustache, quoted, toNumber, when, wordOf } from '../iml.ts';
import type { MakeModule } from '../module.ts';
import { eventId, eventOutput, namedSource, recordOutput, termsOf } from '../outputs.ts';
import { answered, redis } from '../redis.ts';
import { fromMs, msNumber, toMs } from '../times.ts';
import { fires, triggerModule } from '../watch.ts';
import { searchModule } from './lookups.ts';

const moment = fromMs('temp.at');
const day = dayAt(moment);
const at = { at: "{{formatDate(now, 'x')}}" };
const renewBy = call('toString', call('ifempty', 'connection.renewBy', quoted('0')));
const orNothing = (ms: Iml): Iml => when(`${ms} = '0'`, "''", ms);

const source = (known: Record<string, Iml>): Source => namedSource(known, 'temp.at');

export function callBudget(search: SearchDeclaration): MakeModule {
  if (!('source' in search)) throw new Error('the budget is no method of AliExpress');
  const { record } = search.source;
  const used = 'temp.used';
  const known = source({
    day: 'temp.day',
    used,
    left: call('toString', `${limit} - ${toNumber(used)}`),
    limit: limitText,
    resets_at: 'temp.dayEnd',
    banned_until: when(`${toNumber('temp.ban')} > ${toNumber('temp.at')}`, 'temp.ban', "''"),
    renew_by: orNothing(renewBy),
    // What waits for calls is known to the Zapier side alone.
    feeds: 'emptyarray',
  });
  const request = redis(
    ['EVAL', STATUS_SCRIPT, '2', mustache(cardKey(moment)), mustache(banKey), mustache(limitText)],
    answered,
    {
      temp: at,
      response: {
        temp: {
          used: mustache(call('toString', call('ifempty', 'body.result[1]', quoted('0')))),
          ban: mustache(call('toString', call('ifempty', 'body.result[2]', quoted('0')))),
          day: mustache(day.name),
          dayEnd: mustache(toMs(day.end)),
        },
        output: recordOutput(record, termsOf(record.fields, known)),
      },
    },
  );
  const module = searchModule(search, record, [request]);
  // There is one budget.
  return {
    ...module,
    description: 'Finds how many calls of the day are used. Uses no call.',
    mappableParams: module.mappableParams.slice(0, -1),
  };
}

type Language = 'en' | 'zh';
/** Kind → its words. */
const said = (part: 'headline' | 'detail', language: Language): Iml =>
  wordOf(
    'item.kind',
    Object.fromEntries(Object.entries(ALERT_WORDS).map(([kind, words]) => [kind, words[part][language]])),
    "''",
  );
const elapsed = call(
  'toString',
  call(
    'round',
    `(${toNumber('temp.at')} - ${msNumber(day.start)}) / (${msNumber(day.end)} - ${msNumber(day.start)}) * 100`,
  ),
);
const isBudget = `${call('indexOf', 'item.kind', quoted('budget_'))} = 0`;
const detail = (language: Language): Iml => {
  const facts: Record<string, Iml> = { used: 'item.used', limit: limitText, elapsed };
  const figures = BUDGET_FIGURES[language]
    .split(/\{(\w+)\}/)
    .map((piece, index) => (index % 2 === 0 ? quoted(piece) : (facts[piece] ?? "''")));
  return joined(
    when(isBudget, joined(...figures.filter((piece) => piece !== "''")), "''"),
    said('detail', language),
  );
};

export function accountAlert(trigger: TriggerDeclaration): MakeModule {
  const { record } = trigger.feed;
  const known = source({
    alert_id: 'item.id',
    kind: 'item.kind',
    headline: said('headline', 'en'),
    headline_zh: said('headline', 'zh'),
    detail: detail('en'),
    detail_zh: detail('zh'),
    raised_at: 'item.raised',
    until: 'item.until',
  });
  const terms = termsOf(record.fields, known, trigger.inputs);
  const date = fromMs('item.raised');
  const request = redis(
    [
      'EVAL',
      ALERTS_SCRIPT,
      '3',
      mustache(cardKey(moment)),
      mustache(banKey),
      mustache(joined(quoted('raised:'), seller)),
      mustache(limitText),
      mustache(day.name),
      mustache(toMs(day.end)),
      '{{temp.at}}',
      mustache(renewBy),
    ],
    answered,
    {
      temp: at,
      response: {
        limit: '{{parameters.limit}}',
        temp: {
          alerts: mustache(call('parseJSON', call('toString', call('ifempty', 'body.result', quoted('[]'))))),
        },
        iterate: { container: '{{temp.alerts}}', condition: mustache(fires(trigger, terms)) },
        output: eventOutput(trigger, terms),
        trigger: { type: 'date', order: 'unordered', id: eventId(trigger, terms), date: mustache(date) },
      },
    },
  );
  return triggerModule(trigger, { communication: [request], date }, terms);
}
