/** The text of a probe: Markdown for an issue. */

import { oneLine } from '../../pack/foreign-text.ts';
import { sentencesOf } from '../../problems.ts';
import type { Finding } from './finding.ts';
import type { ProbeSession } from './session.ts';

export interface Report {
  text: string;
  calls: number;
  /** Whether the feeds are told. */
  isKept: boolean;
}

/** For the seller, who is to paste the text. */
const LEAD = [
  '以下为速卖通接口探测结果，不含店铺和买家的任何信息，可直接粘贴到 issue 中。',
  '',
  'What AliExpress answers; it holds no data of the shop or of buyers and can be pasted into an issue.',
];

export function reportOf({
  session,
  findings,
  version,
  probedAt,
  isKept,
}: {
  session: ProbeSession;
  findings: readonly Finding[];
  version: string;
  /** Epoch milliseconds. */
  probedAt: number;
  isKept: boolean;
}): Report {
  const stop = session.stoppedBy();
  const day = new Date(probedAt).toISOString().slice(0, 'yyyy-MM-dd'.length);
  const lines = [
    ...LEAD,
    '',
    `AliExpress probe of ${day} by connector ${version}, ${session.calls()} calls.`,
    ...(stop ? ['', `The probe ended early. ${sentencesOf(stop).en}`] : []),
    '',
    '| question | answer |',
    '|---|---|',
    ...findings.map(({ question, answer }) => `| ${question} | ${oneLine(answer).replaceAll('|', '/')} |`),
    '',
    'Fields of the answers and the forms of their values ("?": not in every object):',
    ...[...session.shapes].flatMap(([method, shape]) => ['', `${method}`, '```', ...shape.lines(), '```']),
  ];
  return { text: lines.join('\n'), calls: session.calls(), isKept };
}
