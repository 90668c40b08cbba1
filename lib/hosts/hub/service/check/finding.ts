/** What one part of `--check` has found. */

import { type Bilingual, isProblem, type Problem, sentencesOf } from '../../../../problems.ts';

export interface Finding {
  subject: Bilingual;
  /** `skipped`: it could not be looked at, or there is nothing to look at. */
  result: 'fine' | 'failed' | 'skipped';
  /** What is there, or what is wrong and what to change. */
  text: Bilingual;
}

export const fine = (subject: Bilingual, text: Bilingual): Finding => ({ subject, result: 'fine', text });
export const failed = (subject: Bilingual, text: Bilingual): Finding => ({
  subject,
  result: 'failed',
  text,
});
export const skipped = (subject: Bilingual, text: Bilingual): Finding => ({
  subject,
  result: 'skipped',
  text,
});

export const failedBecause = (subject: Bilingual, problem: Problem): Finding =>
  failed(subject, sentencesOf(problem));

/** @param work returns what is there; a problem is the finding */
export async function examine(
  subject: Bilingual,
  work: () => Bilingual | Promise<Bilingual>,
): Promise<Finding> {
  try {
    return fine(subject, await work());
  } catch (error) {
    if (isProblem(error)) return failedBecause(subject, error);
    throw error;
  }
}
