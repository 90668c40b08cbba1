/**
 * The trigger "Daily Digest". Make remembers no orders, so it asks for them: once a day, in the first run after the hour.
 * Any other run asks for nothing. What only other feeds know on Zapier's side, it leaves out.
 */

import { DIGEST_LINES, MOST_LATE_MS, MOST_MINUTES } from '../../../feeds/digest.ts';
import type { TriggerDeclaration } from '../../../pack/operation.ts';
import { DIGEST_SCRIPT, STATUS_SCRIPT } from '../account-scripts.ts';
import { banKey, cardKey, dayAt, limitText, seller } from '../budget-terms.ts';
import { inputValues } from '../conditions.ts';
import {
  figureLines,
  figureQuestions,
  figuresCommand,
  figureTexts,
  LEAST_CALLS,
  linesText,
  MOST_CALLS,
} from '../figures.ts';
import { all, asText, call, type Iml, joined, mustache, mustaches, quoted, toNumber, when } from '../iml.ts';
import type { MakeModule } from '../module.ts';
import { namedSource, termsOf } from '../outputs.ts';
import { answered, redis } from '../redis.ts';
import { fromMs, msNumber, toMs } from '../times.ts';
import { isRun, watchModule } from '../watch.ts';

const HEX = quoted('0123456789abcdef');
const DAY_HOURS = 24;

/** The minute after the full hour, the shop's own for ever: as `minuteOf` of the feed. */
function minute(): Iml {
  const hash = call('sha256', seller, quoted('hex'));
  const digits = Array.from({ length: 8 }, (_, index) => {
    const digit = call('indexOf', HEX, call('substring', hash, index, index + 1));
    return `${digit} * ${16 ** (7 - index)}`;
  });
  return `1 + (${digits.join(' + ')}) % ${MOST_MINUTES}`;
}

/** When the digest of the local day is due in which a moment lies. */
function dueOn(moment: Iml, hour: Iml, zone: Iml): Iml {
  const date = call('formatDate', moment, quoted('YYYY-MM-DD'), zone);
  const padded = call('substring', joined(quoted('0'), hour), `${call('length', hour)} - 1`, 3);
  const full = call(
    'parseDate',
    joined(date, quoted(' '), padded, quoted(':00')),
    quoted('YYYY-MM-DD HH:mm'),
    zone,
  );
  return call('addMinutes', full, minute());
}

/** A digest that fails is tried again in the next run, and then once more. */
const MOST_TRIES = 3;

/** How many calls of a day are used. */
const usedCommand = (moment: Iml) => ({
  keys: [mustache(cardKey(moment)), mustache(banKey)],
  args: [mustache(limitText)],
});

export function dailyDigest(trigger: TriggerDeclaration): MakeModule {
  const input = inputValues(trigger.inputs);
  const [hour, zone] = [input('hour'), input('zone')];
  const today = dueOn('now', hour, zone);
  const earlier = dueOn(call('addHours', 'now', `0 - ${MOST_LATE_MS / 3_600_000}`), hour, zone);
  const startedAt = fromMs('temp.startedAt');
  const dueAt = fromMs('temp.dueAt');
  const late = `(${toNumber('temp.startedAt')} - ${toNumber('temp.dueAt')})`;
  const isDue = all([
    `${late} >= 0`,
    `${late} <= ${MOST_LATE_MS}`,
    `${msNumber(call('ifempty', 'data.lastDate', fromMs(quoted('0'))))} < ${toNumber('temp.dueAt')}`,
    isRun,
  ]);
  const isWanted = "temp.isDue = 'yes'";
  const period = { from: call('addHours', dueAt, `0 - ${DAY_HOURS}`), to: dueAt };

  const date = call('formatDate', dueAt, quoted('YYYY-MM-DD'), zone);
  const digestId = joined(quoted('digest/'), date, quoted('/'), hour);
  const yesterday = usedCommand(call('addHours', dayAt('now').start, '0 - 1'));
  const begin = redis(
    [
      'EVAL',
      DIGEST_SCRIPT,
      '3',
      ...yesterday.keys,
      mustache(joined(quoted('digest:'), seller, quoted(':'), digestId)),
      ...yesterday.args,
      mustache(when(isDue, quoted('y'), quoted('n'))),
    ],
    answered,
    {
      temp: mustaches({ startedAt: toMs('now'), dueAt: toMs(when(`${today} <= now`, today, earlier)) }),
      response: {
        temp: mustaches({
          usedYesterday: asText('body.result[1]'),
          isDue: when(
            isDue,
            when(`${toNumber(asText('body.result[3]'))} <= ${MOST_TRIES}`, quoted('yes'), quoted('no')),
            quoted('no'),
          ),
        }),
      },
    },
  );
  const texts = figureTexts('temp.seen');
  const summary = (language: 'en' | 'zh') =>
    linesText(
      [
        ...figureLines(texts),
        [DIGEST_LINES.openDisputes, "''"],
        [DIGEST_LINES.badReviews, "''"],
        [DIGEST_LINES.stalledParcels, "''"],
        [
          DIGEST_LINES.calls,
          {
            en: joined(
              'temp.usedYesterday',
              quoted(' of '),
              limitText,
              quoted(' yesterday, '),
              'temp.usedToday',
              quoted(' today'),
            ),
            zh: joined(
              quoted('昨日 '),
              'temp.usedYesterday',
              quoted(' / '),
              limitText,
              quoted('，今日 '),
              'temp.usedToday',
            ),
          },
        ],
      ],
      language,
    );
  const known: Record<string, Iml> = {
    digest_id: digestId,
    date,
    digest_at: 'temp.dueAt',
    complete_since: toMs(period.from),
    orders: texts.orders,
    revenue: texts.revenue,
    cancelled: texts.cancelled,
    awaiting_payment: texts.awaitingPayment,
    to_ship: texts.toShip,
    overdue: texts.overdue,
    open_disputes: "''",
    bad_reviews: "''",
    stalled_parcels: "''",
    calls_used_yesterday: 'temp.usedYesterday',
    calls_used_today: 'temp.usedToday',
    call_limit: limitText,
    summary: summary('en'),
    summary_zh: summary('zh'),
  };
  const terms = termsOf(trigger.feed.record.fields, namedSource(known, 'temp.startedAt'), trigger.inputs);
  const usedToday = usedCommand(startedAt);
  const module = watchModule({
    trigger,
    terms,
    questions: [
      begin,
      ...figureQuestions({ ...period, lane: 'watch', wanted: isWanted }),
      redis(['EVAL', STATUS_SCRIPT, '2', ...usedToday.keys, ...usedToday.args], answered, {
        response: { temp: mustaches({ usedToday: asText('body.result[1]') }) },
      }),
    ],
    looksAt: {
      en: 'once a day the orders of 24 hours and those to ship, 50 a call; any other run costs nothing',
      zh: '每天一次：24 小时内的订单和待发货订单，每次调用 50 个；其余运行不消耗',
    },
    items: when(isWanted, call('add', 'emptyarray', quoted('digest')), 'emptyarray'),
    remember: figuresCommand({ ...period, at: 'temp.startedAt' }),
    date: dueAt,
  });
  return {
    ...module,
    asksOnceADay: true,
    leastCalls: LEAST_CALLS,
    description: `${trigger.description} Uses one of the 200 calls of the day for each 50 orders, ${LEAST_CALLS} to ${MOST_CALLS}, once a day.`,
  };
}
