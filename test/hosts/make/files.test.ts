import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operations } from '../../../index.ts';
import { toMakeApp } from '../../../lib/hosts/make/app.ts';
import { APP_ID, blueprintFiles, toScenarios } from '../../../lib/hosts/make/blueprints/index.ts';
import { notOnMake, toModules } from '../../../lib/hosts/make/modules/index.ts';
import { recipes } from '../../../recipes/index.ts';
import { FOLDER } from './folder.ts';

const build = () =>
  new Map([...toMakeApp(operations), ...blueprintFiles(toScenarios(operations, recipes, APP_ID))]);
const written = build();
const committed = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) =>
    join(entry.parentPath, entry.name)
      .slice(FOLDER.length + 1)
      .replaceAll('\\', '/'),
  );

test('make/ is what `npm run make:build` writes today, and nothing else', () => {
  expect(committed.sort()).toEqual([...written.keys()].sort());
});

test.each([...written])('%s is what `npm run make:build` writes today', (file, content) => {
  expect(readFileSync(join(FOLDER, file), 'utf8') === content).toBe(true);
});

test('the same declarations give the same files', () => {
  expect(build()).toEqual(written);
});

test('every operation is a module, or is said not to be one and why', () => {
  const modules = toModules(operations).map(({ key }) => key);
  const left = notOnMake.map(({ key }) => key);
  const all = [...operations.triggers, ...operations.searches, ...operations.actions].map(({ key }) => key);
  expect([...modules, ...left].sort()).toEqual(all.sort());
});
