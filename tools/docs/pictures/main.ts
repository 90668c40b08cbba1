/**
 * `npm run docs:pictures`: runs all recipes in the sandbox, keeps what they deliver for the pages, and photographs the
 * cards that changed.
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readNoArguments } from '../../../sandbox/arguments.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { DELIVERIES, type Deliveries } from './delivery.ts';
import { openCamera, photograph } from './photograph.ts';
import { DIGESTS, digestOf, FOLDER, isUpToDate, picturesOf, readDigests } from './pictures.ts';
import { playRecipes } from './play.ts';

readNoArguments(
  'npm run docs:pictures',
  'npm run docs:pictures     runs all recipes in the sandbox and photographs their cards with Chromium, for the pages of `npm run docs`',
);

const root = fileURLToPath(new URL('../../../', import.meta.url));
const writeJson = (path: string, value: unknown) =>
  writeFileSync(join(root, path), `${JSON.stringify(value, null, 2)}\n`);

/** The delivery of each recipe that shows most. @throws Error where a recipe delivered nothing */
async function fullestDeliveries(): Promise<Deliveries> {
  const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
  try {
    const found = [...(await playRecipes(folder))].map(([recipe, delivered]) => {
      const [fullest] = delivered.toSorted((a, b) => JSON.stringify(b).length - JSON.stringify(a).length);
      if (!fullest)
        throw new Error(`${recipe} delivered nothing: change the shop in tools/docs/pictures/play.ts`);
      return [recipe, fullest] as const;
    });
    return Object.fromEntries(found);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function draw(deliveries: Deliveries): Promise<void> {
  const taken = readDigests();
  const pictures = picturesOf(deliveries);
  mkdirSync(join(root, FOLDER), { recursive: true });
  const browser = await startChromium();
  try {
    const camera = await openCamera(browser);
    for (const picture of pictures.filter((each) => !isUpToDate(each, taken))) {
      const file = await photograph(camera, picture.html);
      writeFileSync(join(root, picture.path), file);
      taken[picture.path] = { html: digestOf(picture.html), file: digestOf(file) };
      console.log(`${picture.path}  ${(file.length / 1000).toFixed(1)} kB`);
    }
  } finally {
    await browser.close();
  }
  const paths = pictures.map(({ path }) => path);
  for (const name of readdirSync(join(root, FOLDER)).filter((each) => each.endsWith('.webp')))
    if (!paths.includes(`${FOLDER}/${name}`)) rmSync(join(root, FOLDER, name));
  writeJson(DIGESTS, Object.fromEntries(paths.map((path) => [path, taken[path]])));
}

if (chromiumPath === undefined) {
  console.error(
    'Chromium is not installed. Install Chromium or Chrome, or set CHROMIUM_PATH to the program. On Debian: apt-get install chromium',
  );
  process.exitCode = 1;
} else {
  const deliveries = await fullestDeliveries();
  writeJson(DELIVERIES, deliveries);
  await draw(deliveries);
  console.log('Now run: npm run docs');
}
