/** `npm run make:build`: writes the Make app to `make/`. */

import { rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { appFiles, makeApp } from '../../lib/hosts/make/app.ts';
import { isOrigin, parseAddress } from '../../lib/http/address.ts';
import { readArguments, reportError, UsageError } from '../../sandbox/arguments.ts';
import { checkedAppId, EXAMPLE, makeRegistry } from './options.ts';

const COMMAND = 'npm run make:build';
const HELP = `${COMMAND} -- [options]     writes the Make app and the blueprints to make/

  --hub ADDRESS   the public https address of your hub (${EXAMPLE.hub})
  --app-id ID     that Make has given to your app, for the blueprints (${EXAMPLE.appId})
  --help          this text`;

const folder = fileURLToPath(new URL('../../make/', import.meta.url));

/**
 * An address that the hub accepts as HUB_PUBLIC_URL.
 * @throws UsageError
 */
function hubAddress(text: string): string {
  const url = parseAddress(text);
  if (url?.protocol === 'https:' && isOrigin(url)) return url.origin;
  throw new UsageError(`--hub must be an https address such as ${EXAMPLE.hub}; "${text}" is none`);
}

async function build(hub: string, id: string): Promise<void> {
  const options = { hub: hubAddress(hub), appId: checkedAppId(id) };
  const app = makeApp(makeRegistry, options);
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of appFiles(app)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  console.log(`make/ is written for ${options.hub}. Its blueprints name ${options.appId}.`);
}

const { values } = readArguments(COMMAND, {
  options: {
    hub: { type: 'string', default: EXAMPLE.hub },
    'app-id': { type: 'string', default: EXAMPLE.appId },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) console.log(HELP);
else await build(values.hub, values['app-id']).catch((error: unknown) => reportError(COMMAND, error));
