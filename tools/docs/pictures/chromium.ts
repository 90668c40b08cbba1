/** The browser of this computer that photographs pages. */

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Undefined where no Chromium is installed. */
export const chromiumPath = PLACES.find((place) => place !== undefined && existsSync(place));

export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    args: ['--no-sandbox'],
    ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
  });
