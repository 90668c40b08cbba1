/** Photographs pages with Chromium. */

import type { Browser, Page as BrowserPage } from 'playwright-core';
import { CARD_WIDTH, FONTS, PHOTOGRAPHED } from './card-html.ts';

/** Device pixels for one of CSS: sharp on the screens of phones. */
const SCALE = 2;
const QUALITY = 80;

/** A browser page in which photographs can be taken. @throws Error where no installed font has Chinese characters */
export async function openCamera(browser: Browser): Promise<BrowserPage> {
  const page = await browser.newPage({
    viewport: { width: CARD_WIDTH, height: 800 },
    deviceScaleFactor: SCALE,
  });
  if (!(await hasChineseFont(page)))
    throw new Error(
      'No font with Chinese characters is installed. On Debian and Ubuntu: apt-get install fonts-noto-cjk',
    );
  return page;
}

/** @returns a WebP file */
export async function photograph(page: BrowserPage, html: string): Promise<Buffer> {
  await page.setContent(html);
  const box = await page.locator(PHOTOGRAPHED).boundingBox();
  if (!box) throw new Error('the page shows nothing');
  const client = await page.context().newCDPSession(page);
  const { data } = await client.send('Page.captureScreenshot', {
    format: 'webp',
    quality: QUALITY,
    clip: { ...box, scale: 1 },
    captureBeyondViewport: true,
  });
  await client.detach();
  return Buffer.from(data, 'base64');
}

/** Characters without a font all look the same: an empty box. */
const hasChineseFont = (page: BrowserPage): Promise<boolean> =>
  page.evaluate(`(() => {
    const drawn = (text) => {
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d');
      context.font = ${JSON.stringify(`40px ${FONTS}`)};
      context.fillText(text, 0, 60);
      return canvas.toDataURL();
    };
    return drawn('飞') !== drawn('单');
  })()`);
