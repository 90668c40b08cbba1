/** What is wrong with several settings is said at once, so that a user mends them in one go. */

import { isProblem, type Problem } from './problems.ts';

/**
 * The results of all readers.
 * @throws the Problem of one reader, or an AggregateError with those of several
 */
export function readAll<R extends Record<string, unknown>>(readers: { [K in keyof R]: () => R[K] }): R {
  const problems: Problem[] = [];
  const results = Object.entries(readers).map(([key, read]) => {
    try {
      return [key, (read as () => unknown)()];
    } catch (error) {
      const found = problemsIn(error);
      if (!found) throw error;
      problems.push(...found);
      return [key, undefined];
    }
  });
  throwAll(problems);
  return Object.fromEntries(results) as R;
}

/** The results of one reader for all items. @throws as `readAll` */
export const readEach = <T, R>(items: readonly T[], read: (item: T) => R): R[] =>
  Object.values(readAll(Object.fromEntries(items.map((item, nth) => [nth, () => read(item)]))));

/** @throws the Problem, or an AggregateError if there are several different ones; nothing if there is none */
export function throwAll(problems: readonly Problem[]): void {
  const byMessage = new Map(problems.map((problem) => [problem.message, problem]));
  const [first] = byMessage.values();
  if (byMessage.size > 1) throw new AggregateError([...byMessage.values()], [...byMessage.keys()].join('\n'));
  if (first) throw first;
}

/** The problems that an error stands for; undefined if it stands for anything else. */
export function problemsIn(error: unknown): Problem[] | undefined {
  if (isProblem(error)) return [error];
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [];
  const problems = errors.flatMap((each) => problemsIn(each) ?? []);
  return problems.length > 0 && problems.length >= errors.length ? problems : undefined;
}
