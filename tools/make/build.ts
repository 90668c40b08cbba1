/** `npm run make:build`: writes the Make app to `make/`. */

import { rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { appFiles, makeApp } from '../../lib/hosts/make/app.ts';
import { isOrigin, parseAddress } from '../../lib/http/address.ts';
import type { Bilingual } from '../../lib/problems.ts';
import { createTerminal } from '../../lib/terminal.ts';
import { readArguments, reportError, UsageError } from '../../sandbox/arguments.ts';
import { checkedAppId, EXAMPLE, makeRegistry } from './options.ts';

const COMMAND = 'npm run make:build';
const HELP: Bilingual = {
  en: `${COMMAND} -- [options]     writes the Make app and the blueprints to make/

  --hub ADDRESS   the public https address of your hub (${EXAMPLE.hub})
  --app-id ID     that Make has given to your app, for the blueprints (${EXAMPLE.appId})
  --help          this text`,
  zh: `${COMMAND} -- [选项]     把 Make 应用和蓝图文件写入 make/

  --hub ADDRESS   你的中转服务的公网 https 地址（${EXAMPLE.hub}）
  --app-id ID     Make 给你的应用的编号，用于蓝图文件（${EXAMPLE.appId}）
  --help          显示本说明`,
};

const terminal = createTerminal();

const folder = fileURLToPath(new URL('../../make/', import.meta.url));

/**
 * An address that the hub accepts as HUB_PUBLIC_URL.
 * @throws UsageError
 */
function hubAddress(text: string): string {
  const url = parseAddress(text);
  if (url?.protocol === 'https:' && isOrigin(url)) return url.origin;
  throw new UsageError({
    en: `--hub must be an https address such as ${EXAMPLE.hub}; "${text}" is none`,
    zh: `--hub 的值“${text}”无效。须为 https 地址，例如 ${EXAMPLE.hub}`,
  });
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
  terminal.say({
    en: `make/ is written for ${options.hub}. Its blueprints name ${options.appId}.`,
    zh: `已写入 make/，中转服务为 ${options.hub}，蓝图文件中的应用编号为 ${options.appId}。`,
  });
}

const { values } = readArguments(COMMAND, {
  options: {
    hub: { type: 'string', default: EXAMPLE.hub },
    'app-id': { type: 'string', default: EXAMPLE.appId },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) terminal.say(HELP);
else await build(values.hub, values['app-id']).catch((error: unknown) => reportError(COMMAND, error));
