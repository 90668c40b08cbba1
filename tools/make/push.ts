/** `npm run make:push`: brings the app in `make/` to the publisher's account at Make. */

import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readArguments, reportError, UsageError } from '../../sandbox/arguments.ts';
import { checkedAppId, EXAMPLE } from './options.ts';
import { isLoopback } from './push/account.ts';
import { readApp } from './push/app-folder.ts';
import { push } from './push/push.ts';
import { PushError } from './push/push-error.ts';

const COMMAND = 'npm run make:push';
const ZONE = 'eu1.make.com';
const HELP = `${COMMAND} -- [options]     brings the app in make/ to your account at Make; changes only what differs

  --dry-run       says what would change, and changes nothing; needs no account
  --zone HOST     the host in the address of your account at Make (${ZONE})
  --app-id ID     the app, such as ${EXAMPLE.appId}-abc123; left out, the one that an earlier push has created
  --new-app       creates another app, to try something out
  --prune         removes from the app what is no longer in make/; hides it if the app is published
  --visible       shows all modules to those whom you invite
  --icon          sends the icon again; it is sent once by itself
  --help          this text

From the environment, so that they are not kept in the history of your terminal:
  MAKE_API_TOKEN                         with the scopes sdk-apps:read and sdk-apps:write
  MAKE_CLIENT_ID, MAKE_CLIENT_SECRET     the client that you have registered at your hub for Make`;

const { values } = readArguments(COMMAND, {
  options: {
    'dry-run': { type: 'boolean', default: false },
    zone: { type: 'string', default: ZONE },
    'app-id': { type: 'string' },
    'new-app': { type: 'boolean', default: false },
    prune: { type: 'boolean', default: false },
    visible: { type: 'boolean', default: false },
    icon: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** @throws UsageError */
function zoneOf(text: string): string {
  if (isLoopback(text) || /^([a-z0-9-]+\.)+[a-z]{2,}$/.test(text)) return text;
  throw new UsageError(`--zone must be a host such as ${ZONE}; "${text}" is none`);
}

/** @throws PushError */
function secretOf(name: string): string | undefined {
  const value = process.env[name]?.trim();
  if (!value) return undefined;
  // A line break would end up in an error of the HTTP client, with the value.
  if (!/^[\x21-\x7e]+$/.test(value))
    throw new PushError(
      `${name} must be one word of letters, digits and signs, without spaces or line breaks.`,
    );
  return value;
}

/** @throws PushError */
function clientOf(): { clientId: string; clientSecret: string } | undefined {
  const [clientId, clientSecret] = [secretOf('MAKE_CLIENT_ID'), secretOf('MAKE_CLIENT_SECRET')];
  if (clientId && clientSecret) return { clientId, clientSecret };
  if (clientId || clientSecret)
    throw new PushError('Set MAKE_CLIENT_ID and MAKE_CLIENT_SECRET together, or neither.');
  return undefined;
}

async function main(): Promise<void> {
  if (values['new-app'] && values['app-id'] !== undefined)
    throw new UsageError('--new-app and --app-id exclude each other');
  const zone = zoneOf(values.zone);
  const appId = values['app-id'] === undefined ? undefined : checkedAppId(values['app-id']);
  await push({
    app: readApp(fileURLToPath(new URL('../../make/', import.meta.url))),
    icon: readFileSync(new URL('icon.png', import.meta.url)),
    token: secretOf('MAKE_API_TOKEN'),
    client: clientOf(),
    zone,
    appId,
    newApp: values['new-app'],
    prune: values.prune,
    visible: values.visible,
    newIcon: values.icon,
    dryRun: values['dry-run'],
    say: (line) => console.log(line),
    sleep: (ms) => setTimeout(ms),
  });
}

if (values.help) console.log(HELP);
else
  await main().catch((error: unknown) => {
    if (!(error instanceof PushError)) return reportError(COMMAND, error);
    console.error(error.message);
    process.exitCode = 1;
  });
