/** What the run of a piece has shown: which mutants no test notices, and which explanations no longer hold. */

import { relative } from 'node:path';
import type { MutantResult } from '@stryker-mutator/api/core';
import { isInSample, type Sample } from './sample.js';

/** The code that was changed, what it was changed to, and why it is right that no test notices. */
export type Explanation = readonly [code: string, to: string, why: string];
/** By file. */
export type Explanations = Readonly<Record<string, readonly Explanation[]>>;

export interface Change {
  file: string;
  line: number;
  code: string;
  to: string;
}

export interface Report {
  detected: number;
  /** Mutants that no test notices, explained ones among them. */
  missed: number;
  /** Mutants that could not be tried. */
  failed: number;
  unexplained: Change[];
  /** Explanations of mutants that do not exist. */
  gone: Omit<Change, 'line'>[];
  /** Explanations of mutants that a test notices. */
  noticed: Omit<Change, 'line'>[];
}

type Mutant = Pick<MutantResult, 'fileName' | 'location' | 'mutatorName' | 'replacement' | 'status'>;

const DETECTED = ['Killed', 'Timeout'];
export const MISSED: readonly string[] = ['Survived', 'NoCoverage'];

/** What an earlier run has found outside the sample does not count. The mutants exist all the same. */
export const ofSample = (results: readonly Mutant[], sample: Sample): Mutant[] =>
  results.map((mutant) =>
    isInSample({ ...mutant, location: fromZero(mutant) }, sample) ? mutant : { ...mutant, status: 'Ignored' },
  );

/** Results count lines and columns from 1, as people do. */
function fromZero({ location: { start, end } }: Mutant): Mutant['location'] {
  const before = ({ line, column }: typeof start) => ({ line: line - 1, column: column - 1 });
  return { start: before(start), end: before(end) };
}

/**
 * @param sources the files as they were mutated, by their names below `root`
 * @param files those of the piece
 */
export function reportOf(
  root: string,
  results: readonly Mutant[],
  sources: Readonly<Record<string, string>>,
  files: readonly string[],
  explanations: Explanations,
): Report {
  const changes = results.map((mutant) => ({
    ...changeBy(mutant, root, sources),
    isDetected: DETECTED.includes(mutant.status),
    isMissed: MISSED.includes(mutant.status),
  }));
  const missed = changes.filter(({ isMissed }) => isMissed);
  const keyOf = ({ file, code, to }: Omit<Change, 'line'>) => JSON.stringify([file, code, to]);
  const byKey = Map.groupBy(changes, keyOf);
  const explained = files.flatMap((file) =>
    (explanations[file] ?? []).map(([code, to]) => ({ file, code, to })),
  );
  const keys = new Set(explained.map(keyOf));
  return {
    detected: changes.filter(({ isDetected }) => isDetected).length,
    missed: missed.length,
    failed: results.filter(({ status }) => status === 'RuntimeError').length,
    unexplained: missed
      .filter((change) => !keys.has(keyOf(change)))
      .map(({ file, line, code, to }) => ({ file, line, code, to })),
    gone: explained.filter((each) => !byKey.has(keyOf(each))),
    noticed: explained.filter((each) => byKey.get(keyOf(each))?.every(({ isDetected }) => isDetected)),
  };
}

function changeBy(
  { fileName, location: { start, end }, replacement }: Mutant,
  root: string,
  sources: Readonly<Record<string, string>>,
): Change {
  const file = relative(root, fileName);
  const lines = (sources[file] ?? '').split('\n').slice(start.line - 1, end.line);
  const code = lines
    .map((line, n) =>
      line.slice(n === 0 ? start.column - 1 : 0, n === lines.length - 1 ? end.column - 1 : undefined),
    )
    .join('\n');
  return { file, line: start.line, code, to: replacement ?? '' };
}
