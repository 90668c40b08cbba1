/** Mutants that no test notices, each with the reason why that is right. */

export interface Survivor {
  file: string;
  /** The code that was changed, and what it was changed to. */
  code: string;
  to: string;
  why: string;
}

const UNREAD = 'the text of the issue is not read: only whether the value could be read counts';

export const survivors: readonly Survivor[] = [
  { file: 'lib/aliexpress/wire.ts', code: "'no amount'", to: '""', why: UNREAD },
  { file: 'lib/aliexpress/wire.ts', code: "'no time'", to: '""', why: UNREAD },
];
