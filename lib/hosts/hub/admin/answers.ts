/** Parts of the answers of `/admin`. */

import * as z from 'zod';
import { oneLine } from '../../../pack/foreign-text.ts';
import { fail, type Problem, sentencesOf } from '../../../problems.ts';
import { idText } from '../api/texts.ts';

export const toIso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** ISO 8601 in UTC. */
export const time = z.string();
export const idParams = z.object({ id: idText });
/** Lists stand under `items`. */
export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });
export const bilingual = z.object({ en: z.string(), zh: z.string() });
/** Why something did not work, and what to change. */
export const problemAnswer = bilingual.extend({ kind: z.string() });

export const toProblemAnswer = (problem: Problem): z.infer<typeof problemAnswer> => ({
  kind: problem.kind,
  ...sentencesOf(problem),
});

const NAME = { en: 'name', zh: '名称' };
const NOT_EMPTY = { en: 'at least one character', zh: '至少一个字符' };
const ONE_LINE = {
  en: 'one line without control characters and marks of the writing direction',
  zh: '一行文字，不含控制字符和书写方向符号',
};

/**
 * A name is shown on pages, in terminals and in logs.
 * @throws Problem `bad_input`, in words for the person who has filled in the field
 */
export function checkName(name: string): void {
  if (name === '') fail('bad_input', { field: NAME, allowed: NOT_EMPTY });
  if (name !== oneLine(name)) fail('bad_input', { field: NAME, allowed: ONE_LINE });
}
