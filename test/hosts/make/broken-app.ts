/** The app with one module's requests changed, to see that a mistake is found. */

import { type Component, loadApp, type MakeApp } from '../../support/make/app.ts';
import { FOLDER } from './folder.ts';

/** @param change is handed the requests as JSON */
export function brokenApp(name: string, change: (text: string) => string): MakeApp {
  const app = loadApp(FOLDER);
  const module = app.modules.get(name);
  if (!module) throw new Error(`there is no module ${name}`);
  const before = JSON.stringify(module.code.communication);
  const after = change(before);
  if (after === before) throw new Error('nothing was changed');
  const changed: Component = { ...module, code: { ...module.code, communication: JSON.parse(after) } };
  return { ...app, modules: new Map([...app.modules, [name, changed]]) };
}
