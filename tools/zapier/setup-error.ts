import { sentencesOf } from '../../lib/problems.ts';
import { problemsIn } from '../../lib/read-all.ts';
import { CommandError } from '../../lib/terminal.ts';

/** Something that the publisher must do first. */
export class SetupError extends CommandError {}

/**
 * What is wrong with the publisher's settings.
 * @throws every other error again
 */
export function settingsError(error: unknown): SetupError {
  const problems = problemsIn(error);
  if (!problems) throw error;
  const sentences = problems.map(sentencesOf);
  return new SetupError({
    en: sentences.map(({ en }) => en).join('\n'),
    zh: sentences.map(({ zh }) => zh).join('\n'),
  });
}
