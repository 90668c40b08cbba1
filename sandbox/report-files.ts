/** The files that a simulated day or week writes: the report, the log, and the cards to open and to read. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Severity } from '../lib/pack/operation.ts';
import { dayTime } from './format.ts';
import type { DeliveredCard } from './messengers.ts';

export interface ReportFiles {
  shop: string;
  /** The day or days. */
  period: string;
  cards: readonly DeliveredCard[];
  text: string;
}

/** Writes report.txt, log.txt, cards.html and one JSON file per card into `folder`. */
export function writeReportFiles(folder: string, report: ReportFiles, log: readonly string[]): void {
  const cards = join(folder, 'cards');
  mkdirSync(cards, { recursive: true });
  report.cards.forEach((card, n) => {
    const { timestamp: _, sign: __, ...message } = JSON.parse(card.body);
    writeFileSync(
      join(cards, `${String(n + 1).padStart(4, '0')}.json`),
      `${JSON.stringify(message, null, 2)}\n`,
    );
  });
  writeFileSync(join(folder, 'cards.html'), cardsPage(report));
  writeFileSync(join(folder, 'log.txt'), log.map((line) => `${line}\n`).join(''));
  writeFileSync(join(folder, 'report.txt'), `${report.text}\n`);
}

const colors: Record<Severity, string> = { info: '#3370ff', warning: '#ff8800', urgent: '#f54a45' };

const cardsPage = ({ shop, period, cards }: ReportFiles): string => `<!doctype html>
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
<article><h2 style="background:${colors[card.severity]}">${escapeHtml(card.title)}</h2>
<div>${escapeHtml(card.text)
  .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>')
  .replace(/^_(.+)_$/gm, '<i>$1</i>')
  .replaceAll('\n', '<br>')}</div>
${card.link ? `<a href="${escapeHtml(card.link)}">打开 / Open</a>` : ''}</article>`;

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
