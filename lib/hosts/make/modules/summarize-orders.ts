/** The action "Summarize Orders". Make remembers no orders, so they are asked for. */

import { type PERIODS, SUMMARY_LINES } from '../../../feeds/figures.ts';
import type { ActionDeclaration } from '../../../pack/operation.ts';
import { inputValues } from '../conditions.ts';
import {
  figureLines,
  figureQuestions,
  figuresCommand,
  figureTexts,
  type ImlLine,
  LEAST_CALLS,
  linesText,
  MOST_CALLS,
  numberOrNull,
} from '../figures.ts';
import { call, type Iml, joined, mustache, quoted, when } from '../iml.ts';
import { inputCheck } from '../input-check.ts';
import type { MakeModule } from '../module.ts';
import { outputInterface, toParameters } from '../parameters.ts';
import { answered, redis } from '../redis.ts';
import { clockIn, dayOf, fromMs, preciseIsoOf, toMs } from '../times.ts';

export function summarizeOrders(action: ActionDeclaration<never>): MakeModule {
  const input = inputValues(action.inputs);
  const [period, zone] = [input('period'), input('zone')];
  const start = fromMs('temp.startedAt');
  const today = dayOf(start, zone);
  const hoursBefore = (hours: number): Iml => call('addHours', start, `0 - ${hours}`);
  const startOf: Record<keyof typeof PERIODS, Iml> = {
    today: today.start,
    yesterday: dayOf(call('addHours', today.start, '0 - 1'), zone).start,
    last_24_hours: hoursBefore(24),
    last_36_hours: hoursBefore(36),
  };
  const noted = {
    temp: {
      from: mustache(
        toMs(
          call('switch', period, ...Object.entries(startOf).flatMap(([key, at]) => [quoted(key), at]), start),
        ),
      ),
      to: mustache(toMs(when(`${period} = 'yesterday'`, today.start, start))),
    },
    response: { valid: true, output: '' },
  };
  const started = { temp: { startedAt: mustache(toMs('now')) }, response: { valid: true, output: '' } };
  const [from, to] = [fromMs('temp.from'), fromMs('temp.to')];
  const span = joined(clockIn(from, zone), quoted(' – '), clockIn(to, zone));
  const texts = figureTexts('temp.figures');
  const lines: ImlLine[] = [
    [SUMMARY_LINES.period, joined(span, quoted(' ('), zone, quoted(')'))],
    ...figureLines(texts),
    [SUMMARY_LINES.lookedUp, clockIn(start, zone)],
  ];
  const figures = redis(figuresCommand({ from, to, at: 'temp.startedAt' }), answered, {
    // The last list is in the last answer.
    response: {
      temp: { figures: mustache(call('parseJSON', call('toString', 'body.result'))) },
      output: {
        title: mustache(joined(quoted('Orders '), span)),
        title_zh: mustache(joined(quoted('订单汇总 '), span)),
        text: mustache(linesText(lines, 'en')),
        text_zh: mustache(linesText(lines, 'zh')),
        period_start: mustache(preciseIsoOf(from)),
        period_end: mustache(preciseIsoOf(to)),
        orders: mustache(numberOrNull(texts.orders)),
        revenue: mustache(when(`${texts.revenue} = ''`, 'null', texts.revenue)),
        cancelled: mustache(numberOrNull(texts.cancelled)),
        awaiting_payment: mustache(numberOrNull(texts.awaitingPayment)),
        to_ship: mustache(numberOrNull(texts.toShip)),
        overdue: mustache(numberOrNull(texts.overdue)),
        complete_since: mustache(preciseIsoOf(from)),
        looked_up_at: mustache(preciseIsoOf(start)),
      },
    },
  });
  return {
    key: action.key,
    type: 'action',
    crud: 'read',
    label: action.label,
    description: `Summarizes the orders of a day or of the last hours. Uses one of the 200 calls of the day for each 50 orders, ${LEAST_CALLS} to ${MOST_CALLS}.`,
    communication: [
      ...inputCheck(action.inputs),
      started,
      noted,
      ...figureQuestions({ from, to, lane: 'ask' }),
      figures,
    ],
    looksAt: {
      en: 'the orders of the period and those to ship, 50 a call',
      zh: '所选时段的订单和待发货订单，每次调用 50 个',
    },
    staticParams: [],
    // Its help is about a memory of orders, which Make does not have.
    mappableParams: toParameters(action.inputs).map(({ help, ...rest }) =>
      rest.name === 'period' ? rest : { ...rest, ...(help !== undefined && { help }) },
    ),
    interface: outputInterface(action.outputs),
    samples: JSON.parse(JSON.stringify(action.sample)),
  };
}
