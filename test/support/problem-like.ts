/** For `toThrow` and `rejects.toEqual`: a problem of one kind, with at least these facts. */

import type { ProblemFacts, ProblemKind } from '../../lib/problems.ts';

export const problemLike = <K extends ProblemKind>(kind: K, facts: Partial<ProblemFacts[K]> = {}): Error =>
  expect.objectContaining({ kind, facts: expect.objectContaining(facts) });
