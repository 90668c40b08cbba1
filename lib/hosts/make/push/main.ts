/** `npm run make:push`: brings the app in `make/` to a Make account. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isProblem } from '../../../problems.ts';
import { systemClock } from '../../../runtime.ts';
import { push } from './push.ts';
import { PushError } from './push-error.ts';
import { DEFAULT_ZONE } from './settings.ts';

const HELP = `npm run make:push                 brings the app in make/ to your Make account; only what differs is changed
npm run make:push -- --dry-run    says what would change, and changes nothing; without a key it needs no account

Settings, from the environment or from .env
  MAKE_API_KEY        a key of your Make account, with the scopes sdk-apps:read and sdk-apps:write
  MAKE_ZONE           the host name in the address of your Make account (${DEFAULT_ZONE})
  MAKE_APP_ID         the app, such as aliexpress-seller-abc123; the first push creates one and says its name

Common data, set if given; otherwise what stands at Make stays
  QUOTA_REDIS_URL, QUOTA_REDIS_TOKEN, DAILY_CALL_LIMIT, QUOTA_DAY_ZONE
                      of the app, as on Zapier
  MAKE_CLIENT_ID, MAKE_CLIENT_SECRET
                      of the connection: app key and app secret of the AliExpress app for Make

  --help              this text`;

const root = fileURLToPath(new URL('../../../../', import.meta.url));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const env = join(root, '.env');
  if (existsSync(env)) process.loadEnvFile(env);
  await push({
    folder: join(root, 'make'),
    env: process.env,
    dryRun: values['dry-run'],
    say: (line) => console.log(line),
    sleep: systemClock.sleep,
  });
}

try {
  await main();
} catch (error) {
  const isUsage = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  if (isUsage) console.error(`${(error as Error).message}\nnpm run make:push -- --help`);
  else if (error instanceof PushError || isProblem(error)) console.error(error.message);
  else throw error;
  process.exitCode = 1;
}
