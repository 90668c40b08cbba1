/** A real browser. */

import { chromiumPath } from '../../tools/docs/pictures/chromium.ts';

/** `describe` where a Chromium is installed; elsewhere one line says what is left out. */
export const describeWithChromium: (title: string, tests: () => void) => void =
  chromiumPath !== undefined
    ? describe
    : (title) => {
        process.stderr.write(`Chromium is not installed; left out: ${title}\n`);
        describe(title, () =>
          test('is left out where no Chromium is installed', () => expect(chromiumPath).toBeUndefined()),
        );
      };
