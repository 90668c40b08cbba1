/**
 * The app in the language that its publisher has chosen with MESSAGE_LANGUAGE: docs/zapier-publishing.md#language.
 * Labels and descriptions are English in any case, as the checks before a push demand.
 */

import { type MessageLanguage, OPEN_LABEL } from '../../language.ts';
import type { Input } from '../../pack/input.ts';
import { type Bilingual, type Problem, sentencesOf } from '../../problems.ts';

const joined = ({ en, zh }: Bilingual, language: MessageLanguage, separator: string): string =>
  language === 'both' ? [...new Set([en, zh])].join(separator) : { en, zh }[language];

/** Markdown, which needs an empty line between paragraphs. */
export const textIn = (text: Bilingual, language: MessageLanguage): string => joined(text, language, '\n\n');

/** What a step shows when it fails. */
export const messageIn = (problem: Problem, language: MessageLanguage): string =>
  joined(sentencesOf(problem), language, '\n');

/** In English no Chinese field is recommended, because there is none: "Title or Title (Chinese) of the trigger". */
const withoutAlternative = (help: string): string => help.replace(/ or [\w ]+ \(Chinese\)/g, '');

/** In Chinese the help names the input and its choices, because their labels are English. */
export function helpIn(input: Input, language: MessageLanguage): string | undefined {
  const { label, help } = input;
  if (language === 'en') return help && withoutAlternative(help.en);
  const zh = (help ? `${label.zh}：${help.zh}` : label.zh) + choicesInChinese(input);
  return help ? textIn({ en: help.en, zh }, language) : zh;
}

/** A longer list, of countries for example, is found by its English names. */
const MAX_NAMED_CHOICES = 20;

function choicesInChinese(input: Input): string {
  const choices = 'choices' in input ? Object.values(input.choices) : [];
  if (choices.length === 0 || choices.length > MAX_NAMED_CHOICES) return '';
  const named = choices.map(({ en, zh }) => `${en} = ${zh}`).join('；');
  return `${input.help ? '' : '。'}选项：${named}。`;
}

/** Keys of values that are Chinese text, such as `title_zh`. */
const isChinese = (key: string): boolean => key.endsWith('_zh');

/** A field as Zapier's definition has it. */
interface KeyedField<F> {
  key: string;
  children?: F[];
}

/** An English app has no Chinese fields. */
export const fieldsIn = <F extends KeyedField<F>>(fields: readonly F[], language: MessageLanguage): F[] =>
  language === 'en'
    ? fields
        .filter(({ key }) => !isChinese(key))
        .map((field) => (field.children ? { ...field, children: fieldsIn(field.children, language) } : field))
    : [...fields];

/** Results have the fields that the app has. */
export const resultIn = <T>(result: T, language: MessageLanguage): T =>
  language === 'en' ? (withoutChinese(result) as T) : result;

/** A sample is declared with what the connector adds in both languages. */
export const sampleIn = <T>(sample: T, language: MessageLanguage): T =>
  resultIn(
    JSON.parse(JSON.stringify(sample).replaceAll(OPEN_LABEL.both, OPEN_LABEL[language])) as T,
    language,
  );

function withoutChinese(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutChinese);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => (isChinese(key) ? [] : [[key, withoutChinese(part)]])),
  );
}
