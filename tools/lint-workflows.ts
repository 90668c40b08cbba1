/** `npm run lint:workflows`: checks the workflows of GitHub with GitHub's own language service. */

import { readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { readNoArguments } from '../sandbox/arguments.ts';

readNoArguments(
  'npm run lint:workflows',
  'npm run lint:workflows     checks the workflows in .github/workflows',
);

// The language service is made for bundlers: it imports JSON without saying so.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { validate } = await import('@actions/languageservice');

const folder = fileURLToPath(new URL('../.github/workflows/', import.meta.url));
for (const name of readdirSync(folder)) {
  const file = join(folder, name);
  const text = readFileSync(file, 'utf8');
  const findings = await validate(TextDocument.create(pathToFileURL(file).href, 'yaml', 1, text));
  for (const { message, range } of findings) {
    console.error(`.github/workflows/${name}:${range.start.line + 1}: ${message}`);
    process.exitCode = 1;
  }
}
