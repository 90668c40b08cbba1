/**
 * Markdown → plain text, for systems that would show the marks. Only marks in Markdown's positions are removed: the
 * "2*3 m" of a product's name stays. A label, which is bold at the start of its line, gets a colon instead. Every pattern
 * matches a bounded length, so that the time grows with the text only.
 */

/** Followed by a value. It has no punctuation of its own. */
const LABEL = /^\*\*([^*\n]{0,99}[\p{L}\p{N})）])\*\* (?=\S)/gmu;
const withColon = (_mark: string, label: string): string =>
  /\p{Script=Han}/u.test(label) ? `${label}：` : `${label}: `;

const MARKDOWN_RULES: readonly [mark: RegExp, plain: string][] = [
  // Images and links: the words and the address.
  [/!?\[([^[\]\n]{0,500})\]\((https?:\/\/[^\s()]{1,2000})\)/g, '$1 ($2)'],
  [/<(https?:\/\/[^\s<>]{1,2000})>/g, '$1'],
  // Tags of Feishu and of HTML that may stand in a text.
  [/<\/?(?:at|font|text_tag|b|i|em|strong|br|p|a)(?:\s[^<>\n]{0,500})?\/?>/gi, ''],
  [/^ {0,3}#{1,6} {1,8}/gm, ''],
  [/^ {0,3}> ?/gm, ''],
  [/^ {0,3}(?:```|~~~)\w{0,20}\n?/gm, ''],
  [/\*\*(?=\S)([^\n]{0,500}?\S)\*\*/g, '$1'],
  [/~~(?=\S)([^\n]{0,500}?\S)~~/g, '$1'],
  // Between letters these are not marks.
  [/(?<![\p{L}\p{N}_\\])__(?=\S)([^\n]{0,500}?\S)__(?![\p{L}\p{N}_])/gu, '$1'],
  [/(?<![\p{L}\p{N}*\\])\*(?=[^\s*])([^*\n]{0,500}?[^\s*\\])\*(?![\p{L}\p{N}*])/gu, '$1'],
  [/(?<![\p{L}\p{N}_\\])_(?=[^\s_])([^_\n]{0,500}?[^\s_\\])_(?![\p{L}\p{N}_])/gu, '$1'],
  [/`([^`\n]{1,500})`/g, '$1'],
  [/\\([\\`*_~#>[\]()!-])/g, '$1'],
];

export const withoutMarkdown = (markdown: string): string =>
  MARKDOWN_RULES.reduce(
    (text, [mark, plain]) => text.replace(mark, plain),
    markdown.replace(LABEL, withColon),
  );
