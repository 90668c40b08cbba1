/** The report of a simulated day, as text. */

import type { DayReport } from './day.ts';
import { faultNames } from './faults.ts';
import { clockTime, duration, errorList, padded } from './format.ts';

/** Whether every order was delivered exactly once, within the call limit. */
export const hasPassed = ({ missed, duplicates, falseAlerts, overLimit, calls, limit }: DayReport): boolean =>
  [missed, duplicates, falseAlerts].every((keys) => keys.length === 0) &&
  overLimit === 0 &&
  calls.every(({ total }) => total <= limit);

export function dayText(report: DayReport): string {
  const { shop, day, interval, faults, errors } = report;
  return [
    `${shop}, ${day} (Beijing time), polled every ${interval} min`,
    '',
    ...figures(report).map(([label, value]) => `${padded(label, 46)}${value}`),
    ...(faults.length > 0 ? ['', 'Injected faults / 注入的故障', ...faults.flatMap(faultLines)] : []),
    ...(Object.keys(errors).length > 0
      ? ['', `Errors the user would see / 用户可见的错误: ${errorList(errors)}`]
      : []),
    '',
    ...(hasPassed(report)
      ? ['Every order was delivered exactly once. / 每个订单恰好送达一次。']
      : ['Not every order was delivered exactly once. / 有订单漏报、重复或误报。', ...failedOrders(report)]),
  ].join('\n');
}

function figures(report: DayReport): [string, string | number][] {
  const [first] = report.calls;
  return [
    ['Orders placed / 下单', report.placed],
    ['Delivered / 已送达', report.delivered],
    ['Missed / 漏报', report.missed.length],
    ['Duplicates / 重复', report.duplicates.length],
    ['False alerts / 误报', report.falseAlerts.length],
    ['Mean delay / 平均延迟', duration(report.delays.mean)],
    ['95th percentile / 95 百分位', duration(report.delays.p95)],
    ['Longest delay / 最长延迟', duration(report.delays.max)],
    ['Calls used / 已用调用', `${first?.total ?? 0} of ${report.limit}`],
    ...Object.entries(first?.methods ?? {}).map(([name, n]): [string, number] => [`  ${name}`, n]),
    ['Calls beyond the limit / 超限调用', report.overLimit],
    ['Token renewals / 令牌续期', report.tokenRefreshes],
  ];
}

const faultLines = ({ fault, from, to, hits, ordersPlaced, maxDelayMs }: DayReport['faults'][number]) => [
  `${clockTime(from)}–${clockTime(to)}  ${fault.padEnd(18)}${faultNames[fault]}`,
  `             hit ${hits} calls; ${ordersPlaced} orders placed while it was on, longest delay ${duration(maxDelayMs)}`,
];

const failedOrders = ({ missed, duplicates, falseAlerts }: DayReport): string[] =>
  Object.entries({
    'Missed / 漏报': missed,
    'Duplicates / 重复': duplicates,
    'False alerts / 误报': falseAlerts,
  })
    .filter(([, keys]) => keys.length > 0)
    .map(([label, keys]) => `${label}: ${keys.join(', ')}`);
