/** What `npm run make:build` is told: for which app id, and into which folder. */

import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { APP_ID, isAppId } from './blueprints/index.ts';

export const HELP = `npm run make:build                        the Make app and its scenario blueprints, into make/
                                          生成 Make 应用和场景蓝图，写入 make/
npm run make:build -- --app-id ID         the same with the app's real id in the blueprints, into .local/make/
                                          蓝图中使用应用的真实 ID，写入 .local/make/
npm run make:build -- --out DIR           into another folder: a new one, or one that holds a Make app
                                          写入其他目录（新目录，或已有 Make 应用的目录）

  --app-id ID             Make adds a suffix to the id of an app, as in my-app-abc123; it stands in the address of
                          the app's page. Without it the blueprints say ${APP_ID}.
  --help                  this text`;

/** What was asked for does not exist; the message says what does. */
export class BuildUsageError extends Error {}

export interface BuildOptions {
  help: boolean;
  appId: string;
  folder: string;
}

/** @throws BuildUsageError naming what is allowed */
export function readBuildOptions(args: readonly string[], root: string): BuildOptions {
  const { values } = parsed(args);
  const appId = values['app-id'] ?? APP_ID;
  if (!isAppId(appId)) {
    throw new BuildUsageError(
      `--app-id must be the id of a Make app: 3 to 30 lower-case letters, digits and dashes, a letter first and no dash last`,
    );
  }
  const committed = join(root, 'make');
  if (values.out === undefined) {
    const folder = values['app-id'] === undefined ? committed : join(root, '.local', 'make');
    return { help: values.help, appId, folder };
  }
  const folder = resolve(values.out);
  const holdsOther =
    existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, 'makecomapp.json'));
  if (holdsOther) {
    throw new BuildUsageError(
      '--out must be a new or an empty folder, or one with a Make app, which is replaced',
    );
  }
  return { help: values.help, appId, folder };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'app-id': { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new BuildUsageError(error instanceof Error ? error.message : String(error));
  }
}
