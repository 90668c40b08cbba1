/** Parts of the answers of `/admin`. */

import * as z from 'zod';
import { fail, type Problem, sentencesOf } from '../../../problems.ts';

export const toIso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** ISO 8601 in UTC. */
export const time = z.string();
export const idParams = z.object({ id: z.string() });
export const bilingual = z.object({ en: z.string(), zh: z.string() });
/** Why something did not work, and what to change. */
export const problemAnswer = bilingual.extend({ kind: z.string() });

export const toProblemAnswer = (problem: Problem): z.infer<typeof problemAnswer> => ({
  kind: problem.kind,
  ...sentencesOf(problem),
});

/** @throws Problem `bad_input` for an empty name, in words for the person who has left the field empty */
export function checkName(name: string): void {
  const field = { en: 'name', zh: '名称' };
  if (name === '')
    fail('bad_input', { field, allowed: { en: 'at least one character', zh: '至少一个字符' } });
}
