/** Mutants that no test notices, each with the reason why that is right. */

export interface Survivor {
  file: string;
  /** The code that was changed, and what it was changed to. */
  code: string;
  to: string;
  why: string;
}

export const survivors: readonly Survivor[] = [];
