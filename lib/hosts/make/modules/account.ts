/** What Redis and the connection know by themselves: no call of AliExpress is made. */

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
  return { ...module, mappableParams: module.mappableParams.slice(0, -1) };
}

/** The alerts in words, as `lib/feeds/account.ts` has them. */
const headlines = {
  en: {
    budget_80: "80 % of today's AliExpress calls are used",
    budget_100: "100 % of today's AliExpress calls are used",
    banned: 'AliExpress has paused this account',
    reconnect: 'Reconnect the AliExpress shop soon',
  },
  zh: {
    budget_80: '今天的速卖通接口调用已用 80%',
    budget_100: '今天的速卖通接口调用已用 100%',
    banned: '速卖通暂停了该账号的接口调用',
    reconnect: '请尽快重新连接速卖通店铺',
  },
};
const details = {
  en: {
    budget_80: ' % of the day. Triggers spread what is left over the rest of the day.',
    budget_100: ' % of the day. Triggers go on with what is known; searches wait for the new day.',
    banned:
      'Too many requests in a short time, perhaps by another app of the same account. Calls go on by themselves; nothing needs to be changed.',
    reconnect:
      'AliExpress lets a connection be renewed for a limited time only. Before that time is over, sign in again once: My Apps, this connection, Reconnect.',
  },
  zh: {
    budget_80: ' 次。触发器会把剩余次数分配到当天余下时间。',
    budget_100: ' 次。触发器继续使用已有数据，查询需等到次日。',
    banned: '短时间内请求过多，也可能来自同一账号的其他应用。到时会自动恢复，无需任何操作。',
    reconnect: '速卖通的授权只能在有限期内自动续期。请在到期前重新登录一次：我的应用 → 该连接 → 重新连接。',
  },
};
const elapsed = call(
  'toString',
  call(
    'round',
    `(${toNumber('temp.at')} - ${msNumber(day.start)}) / (${msNumber(day.end)} - ${msNumber(day.start)}) * 100`,
  ),
);
const isBudget = `${call('indexOf', 'item.kind', quoted('budget_'))} = 0`;
const detail = (language: 'en' | 'zh'): Iml => {
  const tail = wordOf('item.kind', details[language], "''");
  const figures =
    language === 'en'
      ? joined('item.used', quoted(' of '), limitText, quoted(' calls after '), elapsed)
      : joined(quoted('一天过去了 '), elapsed, quoted('%，已用 '), 'item.used', quoted(' / '), limitText);
  return joined(when(isBudget, figures, "''"), tail);
};

export function accountAlert(trigger: TriggerDeclaration): MakeModule {
  const { record } = trigger.feed;
  const known = source({
    alert_id: 'item.id',
    kind: 'item.kind',
    headline: wordOf('item.kind', headlines.en, "''"),
    headline_zh: wordOf('item.kind', headlines.zh, "''"),
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
