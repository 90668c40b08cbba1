/** The closed set of problems → docs/errors.md: every error, in both languages. */

import { type Bilingual, type ProblemKind, problemKinds, template } from '../../lib/problems.ts';

/** What a placeholder of a sentence stands for, in both languages. */
const placeholders: Record<string, Bilingual> = {
  limit: { en: '200', zh: '200' },
  resetsAt: { en: '00:00 Beijing time', zh: '北京时间 00:00' },
  until: { en: '12 min', zh: '12 分钟' },
  code: { en: '…', zh: '…' },
  reason: { en: 'timeout', zh: 'timeout' },
};

/** Groups of problems, by who can do something about them. */
const groups: readonly { title: string; kinds: readonly ProblemKind[] }[] = [
  {
    title: 'Passes by itself / 会自行恢复',
    kinds: ['budget_used_up', 'budget_unavailable', 'banned', 'aliexpress_unreachable', 'token_expired'],
  },
];

const fillIn = (text: string, language: keyof Bilingual): string =>
  text.replace(/\{(\w+)(?:\|(\w+))?\}/g, (_, name: string, form?: string) => {
    if (name === 'resetsAt' && form === 'in') return language === 'en' ? '3 h 12 min' : '3 小时 12 分钟';
    return placeholders[name]?.[language] ?? `‹${name}›`;
  });

const row = (kind: ProblemKind): string =>
  `| \`${kind}\` | ${fillIn(template(kind).en, 'en')} | ${fillIn(template(kind).zh, 'zh')} |`;

export function errorsPage(): string {
  const grouped = new Set(groups.flatMap(({ kinds }) => kinds));
  const sections = [
    ...groups,
    {
      title: 'Somebody must do something / 需要处理',
      kinds: problemKinds.filter((kind) => !grouped.has(kind)),
    },
  ];
  return [
    '# Errors / 错误',
    '',
    '<!-- Generated from lib/problems.ts by `npm run docs`. -->',
    '',
    'Every error the connector can show, with what to do about it. In a step of a workflow the text is shown in both',
    'languages. Triggers show only the second kind: what passes by itself is answered from what is known already.',
    '',
    '下面是连接器可能给出的全部错误及处理办法。流程步骤中会同时显示两种语言。触发器只会报告第二类错误：能自行恢复的情况会先用已知数据应答。',
    ...sections.flatMap(({ title, kinds }) => [
      '',
      `## ${title}`,
      '',
      '| Code | English | 中文 |',
      '|---|---|---|',
      ...kinds.map(row),
    ]),
    '',
  ].join('\n');
}
