/** The text of a probe: Markdown for an issue. */

import { oneLine } from '../../pack/foreign-text.ts';
import { sentencesOf } from '../../problems.ts';
import type { Asking } from './asking.ts';
import type { Finding } from './finding.ts';

export interface Report {
  text: string;
  calls: number;
  /** Whether the feeds are told. */
  isKept: boolean;
}

/** For the seller, who is to paste the text. */
const LEAD = '以下为速卖通接口探测结果，不含店铺和买家的任何信息，可直接粘贴到 issue 中。';

export function reportOf({
  asking,
  findings,
  version,
  probedAt,
  isKept,
}: {
  asking: Asking;
  findings: readonly Finding[];
  version: string;
  /** Epoch milliseconds. */
  probedAt: number;
  isKept: boolean;
}): Report {
  const stop = asking.stoppedBy();
  const day = new Date(probedAt).toISOString().slice(0, 'yyyy-MM-dd'.length);
  const lines = [
    LEAD,
    '',
    `AliExpress probe of ${day} by connector ${version}, ${asking.calls()} calls.`,
    ...(stop ? ['', `The probe ended early. ${sentencesOf(stop).en}`] : []),
    '',
    '| question | answer |',
    '|---|---|',
    ...findings.map(({ question, answer }) => `| ${question} | ${oneLine(answer).replaceAll('|', '/')} |`),
    '',
    'Fields of the answers and the forms of their values ("?": not in every object):',
    ...[...asking.shapes].flatMap(([method, shape]) => ['', `${method}`, '```', ...shape.lines(), '```']),
  ];
  return { text: lines.join('\n'), calls: asking.calls(), isKept };
}
