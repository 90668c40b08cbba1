/** The closed set of problems → docs/errors.md and docs/errors.zh-CN.md: every error, and what to do. */

import { channels } from '../../channels/index.ts';
import {
  type Bilingual,
  DISK_REASONS,
  FILE_REASONS,
  isTransient,
  type ProblemKind,
  problemKinds,
  REFUSAL_REASONS,
  STORES,
  template,
} from '../../lib/problems.ts';
import { type Language, otherLanguage, table } from './markdown.ts';
import type { Page } from './page.ts';

/** Values of the placeholders in the sentences; `kind.name` for a placeholder that means something else in one kind. */
const placeholders: Record<string, Bilingual> = {
  limit: { en: '200', zh: '200' },
  resetsAt: { en: '00:00 Beijing time', zh: '北京时间 00:00' },
  until: { en: '12 min', zh: '12 分钟' },
  code: { en: '…', zh: '…' },
  store: STORES.zapier_cache,
  reason: { en: 'timeout', zh: '超时' },
  retryIn: { en: '1 min', zh: '1 分钟' },
  'channel_message_refused.reason': REFUSAL_REASONS.blocked_content,
  'disk_unwritable.reason': DISK_REASONS.full,
  'file_unreadable.reason': FILE_REASONS.not_allowed,
  'search_calls_used_up.limit': { en: '40', zh: '40' },
  'target_refused.reason': { en: 'only https addresses are allowed', zh: '只允许 https 地址' },
  'too_many_subscriptions.limit': { en: '80', zh: '80' },
  'channel_message_too_long.limit': { en: '…', zh: '…' },
  channel: {
    en: channels.map(({ name }) => name.en).join('/'),
    zh: channels.map(({ name }) => name.zh).join('/'),
  },
  tracker: { en: '17TRACK', zh: '17TRACK' },
};

const WORDS = {
  title: { en: 'Errors', zh: '错误' },
  intro: {
    en: 'Every error the connector can show, and what to do. A trigger does not show transient errors: it returns the data it already has.',
    zh: '连接器可能给出的全部错误及处理办法。触发器不显示暂时性错误，会先返回已有数据。',
  },
  code: { en: 'code', zh: '代码' },
  text: { en: 'text', zh: '内容' },
  transient: { en: 'Transient errors', zh: '暂时性错误' },
  transientIntro: {
    en: 'They pass by themselves. Where a step has failed, the text says when to try again.',
    zh: '会自动恢复。步骤失败时，内容中写明何时重试。',
  },
  action: { en: 'Action required', zh: '需要处理' },
  actionIntro: {
    en: 'They do not pass by themselves. Where the cause is known, the text says what to do.',
    zh: '不会自动恢复。原因明确时，内容中写明处理办法。',
  },
} as const satisfies Record<string, Bilingual>;

const fillIn = (kind: ProblemKind, language: Language): string =>
  template(kind)[language].replace(/\{(\w+)(?:\|(\w+))?\}/g, (_, name: string, form?: string) => {
    if (name === 'resetsAt' && form === 'in') return language === 'en' ? '3 h 12 min' : '3 小时 12 分钟';
    return (placeholders[`${kind}.${name}`] ?? placeholders[name])?.[language] ?? `‹${name}›`;
  });

function errorsPage(language: Language): string {
  const text = (key: keyof typeof WORDS) => WORDS[key][language];
  const rows = (kinds: readonly ProblemKind[]) =>
    table(
      [text('code'), text('text')],
      kinds.map((kind) => [`\`${kind}\``, fillIn(kind, language)]),
    );
  const transient = problemKinds.filter(isTransient);
  const others = problemKinds.filter((kind) => !isTransient(kind));
  const blocks = [
    `# ${text('title')}`,
    '<!-- Generated from lib/problems.ts by `npm run docs`. -->',
    otherLanguage('errors', language),
    text('intro'),
    `## ${text('transient')}`,
    text('transientIntro'),
    rows(transient),
    `## ${text('action')}`,
    text('actionIntro'),
    rows(others),
  ];
  return `${blocks.join('\n\n')}\n`;
}

export const errorsPages = (): Page[] => [
  { path: 'docs/errors.md', text: errorsPage('en') },
  { path: 'docs/errors.zh-CN.md', text: errorsPage('zh') },
];
