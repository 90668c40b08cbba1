/** What a simulated day or week leaves behind: the report on the terminal, and the cards as files one can open. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DayReport } from './day.ts';
import { faultNames } from './faults.ts';
import type { DeliveredCard } from './feishu.ts';
import { beijingDay } from './pacific.ts';

/** Whether the day kept every promise. */
export const isGood = (report: DayReport): boolean =>
  report.lost.length === 0 &&
  report.deliveredTwice.length === 0 &&
  report.overLimit === 0 &&
  report.callsUsed <= report.limit;

/** What a simulated day or week leaves on disk. */
interface Kept {
  shop: string;
  /** Which day, or days. */
  period: string;
  cards: readonly DeliveredCard[];
  text: string;
}

export function reportText(report: DayReport): string {
  const rows: [string, string | number][] = [
    ['Orders placed / 下单', report.placed],
    ['Delivered / 已送达', report.delivered],
    ['Lost / 丢失', report.lost.length],
    ['Delivered twice / 重复', report.deliveredTwice.length],
    ['Mean delay / 平均延迟', duration(report.delays.mean)],
    ['95th percentile / 95 分位', duration(report.delays.p95)],
    ['Longest delay / 最长延迟', duration(report.delays.longest)],
    ['Calls used / 调用次数', `${report.callsUsed} of ${report.limit}`],
    ...Object.entries(report.callsByMethod).map(([name, n]): [string, number] => [`  ${name}`, n]),
    ['Calls beyond the limit / 超限调用', report.overLimit],
    ['Token renewals / 令牌续期', report.tokenRefreshes],
  ];
  const lines = [
    `${report.shop}, ${report.day} (Beijing), polled every ${report.interval} min`,
    '',
    ...rows.map(([label, value]) => `${padded(label, 46)}${value}`),
  ];
  if (report.faults.length > 0) {
    lines.push('', 'Faults / 故障');
    for (const { fault, from, to, hits, ordersPlaced, longestDelayMs } of report.faults) {
      lines.push(
        `${clockTime(from)}–${clockTime(to)}  ${fault.padEnd(14)}${faultNames[fault]}`,
        `             hit ${hits} calls; ${ordersPlaced} orders placed meanwhile, the latest card after ${duration(longestDelayMs)}`,
      );
    }
  }
  const troubles = Object.entries(report.troubles);
  if (troubles.length > 0) {
    lines.push(
      '',
      `Errors the user would see / 用户可见的错误: ${troubles.map(([k, n]) => `${k} × ${n}`).join(', ')}`,
    );
  }
  lines.push(
    '',
    isGood(report) ? 'Every order was delivered exactly once. / 每个订单恰好送达一次。' : failure(report),
  );
  return lines.join('\n');
}

function failure(report: DayReport): string {
  const ids = (label: string, list: string[]) => (list.length > 0 ? [`${label}: ${list.join(', ')}`] : []);
  return [
    'The day did not go as promised. / 未达到承诺。',
    ...ids('Lost / 丢失', report.lost),
    ...ids('Delivered twice / 重复', report.deliveredTwice),
  ].join('\n');
}

export const keepFiles = (folder: string, report: DayReport, log: string[]): void =>
  keep(folder, { ...report, period: report.day, text: reportText(report) }, log);

/** Writes report.txt, log.txt, cards.html and one JSON file per card into `folder`. */
export function keep(folder: string, kept: Kept, log: string[]): void {
  const cards = join(folder, 'cards');
  mkdirSync(cards, { recursive: true });
  kept.cards.forEach((card, n) => {
    const { timestamp: _, sign: __, ...message } = JSON.parse(card.body);
    writeFileSync(
      join(cards, `${String(n + 1).padStart(4, '0')}.json`),
      `${JSON.stringify(message, null, 2)}\n`,
    );
  });
  writeFileSync(join(folder, 'cards.html'), cardsPage(kept));
  writeFileSync(join(folder, 'log.txt'), log.map((line) => `${line}\n`).join(''));
  writeFileSync(join(folder, 'report.txt'), `${kept.text}\n`);
}

const colours: Record<string, string> = { blue: '#3370ff', orange: '#ff8800', red: '#f54a45' };

const cardsPage = ({ shop, period, cards }: Kept): string => `<!doctype html>
<html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(shop)}: ${cards.length} cards</title>
<style>
  body { font: 15px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; background: #f2f3f5; color: #1f2329; max-width: 34rem; margin: 2rem auto; padding: 0 1rem }
  article { background: #fff; border-radius: 8px; overflow: hidden; margin: 0 0 1rem; box-shadow: 0 1px 3px #0002 }
  h2 { color: #fff; font-size: 1rem; margin: 0; padding: .5rem .8rem }
  div { padding: .6rem .8rem; overflow-wrap: anywhere }
  a { display: inline-block; margin: 0 .8rem .8rem; padding: .2rem .8rem; border-radius: 6px; background: #3370ff; color: #fff; text-decoration: none }
  time { color: #8f959e; font-size: .85rem }
</style>
<h1>${escapeHtml(shop)}</h1>
<p>${cards.length} cards / 张卡片, ${period}</p>
${cards.map(cardArticle).join('\n')}
</html>
`;

const cardArticle = (card: DeliveredCard): string => `<time>${dayTime(card.at)}</time>
<article><h2 style="background:${colours[card.colour] ?? '#3370ff'}">${escapeHtml(card.title)}</h2>
<div>${escapeHtml(card.text)
  .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>')
  .replaceAll('\n', '<br>')}</div>
${card.link ? `<a href="${escapeHtml(card.link)}">打开 / Open</a>` : ''}</article>`;

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

export const clockTime = (at: number): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', timeStyle: 'short' }).format(at);

/** "10-07 14:05" in Beijing. */
export const dayTime = (at: number): string => `${beijingDay(at).slice(5)} ${clockTime(at)}`;

/** "3 min 41 s"; "–" where there is nothing to tell. */
export function duration(ms: number): string {
  if (Number.isNaN(ms)) return '–';
  const seconds = Math.round(ms / 1000);
  const [h, min, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h} h ${min} min` : `${min} min ${s} s`;
}

/** Pads by what the terminal shows: a Chinese character takes two columns. */
export const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(1, columns - widthOf(text)));

/** The same, to the right. */
export const aligned = (text: string, columns: number): string =>
  ' '.repeat(Math.max(1, columns - widthOf(text))) + text;

const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + (/[\u2e80-\uffef]/.test(character) ? 2 : 1), 0);
