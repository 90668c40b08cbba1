/** A real browser. */

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'];
const executablePath = PLACES.find((place) => place !== undefined && existsSync(place));

export const startChromium = (): Promise<Browser> =>
  chromium.launch({ args: ['--no-sandbox'], ...(executablePath !== undefined && { executablePath }) });

/** `describe` where a Chromium is installed; elsewhere one line says what is left out. */
export const describeWithChromium: (title: string, tests: () => void) => void =
  executablePath !== undefined
    ? describe
    : (title) => {
        process.stderr.write(`Chromium is not installed; left out: ${title}\n`);
        describe(title, () =>
          test('is left out where no Chromium is installed', () => expect(executablePath).toBeUndefined()),
        );
      };
