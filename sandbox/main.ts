/** `npm run sandbox`: the simulators alone, until stopped. */

import { channelSettings } from '../lib/channels/settings.ts';
import { type OldRefreshToken, oldRefreshTokens } from './accounts.ts';
import { nameLines, readArguments, reportError, UsageError, whole } from './arguments.ts';
import { type CurveName, curves } from './curves.ts';
import { fasterClock } from './faster-clock.ts';
import { type FaultName, faultNames } from './faults.ts';
import { readVariants } from './read-variants.ts';
import { type Sandbox, startSandbox } from './server.ts';
import { startTracker } from './tracker/server.ts';
import { defaultVariants } from './variants.ts';

const HELP = `npm run sandbox -- [options]     simulators of AliExpress and every messenger, until stopped (Ctrl+C)

  --port N          port to listen on (4010)
  --callback URL    callback URL registered for the app (http://127.0.0.1:3417/oauth/callback)
  --orders N        orders per day (100)
  --curve NAME      ${Object.keys(curves).join(', ')} (olist)
  --seed N          another seed gives another shop (1)
  --speed N         speed of the shop's clock, as a multiple of real time (1)
  --fault NAME      ${nameLines(Object.keys(faultNames), 20)}
  --old-token NAME  what happens to a refresh token that was used:
                    ${Object.keys(oldRefreshTokens).join(', ')} (ends_at_once)
  --parcels NAME    varied: gaps of days, carriers without codes, split and combined orders; or steady (varied)
  --variant NAME=VALUE   what is not known of AliExpress, several times:
                    ${nameLines(Object.keys(defaultVariants), 20)}
  --tracker N       port of the stand-in for 17TRACK (4011)
  --help            this text

While it runs:
  GET    /sandbox             calls and deliveries so far
  PUT    /sandbox/fault/NAME  switches a fault on
  DELETE /sandbox/fault       switches it off
  PUT    /sandbox/refusal/NAME   every call is refused with an error of the gateway
  DELETE /sandbox/refusal        no longer`;

const { values } = readArguments('npm run sandbox', {
  options: {
    port: { type: 'string', default: '4010' },
    callback: { type: 'string', default: 'http://127.0.0.1:3417/oauth/callback' },
    orders: { type: 'string', default: '100' },
    curve: { type: 'string', default: 'olist' },
    seed: { type: 'string', default: '1' },
    speed: { type: 'string', default: '1' },
    fault: { type: 'string' },
    'old-token': { type: 'string', default: 'ends_at_once' },
    parcels: { type: 'string', default: 'varied' },
    variant: { type: 'string', multiple: true, default: [] },
    tracker: { type: 'string', default: '4011' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const isFault = (name: string): name is FaultName => name in faultNames;

async function main(): Promise<void> {
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (!(values.curve in curves))
    throw new UsageError(`--curve must be one of ${Object.keys(curves).join(', ')}`);
  if (values.fault !== undefined && !isFault(values.fault)) {
    throw new UsageError(`--fault must be one of ${Object.keys(faultNames).join(', ')}`);
  }
  if (!(values['old-token'] in oldRefreshTokens))
    throw new UsageError(`--old-token must be one of ${Object.keys(oldRefreshTokens).join(', ')}`);
  if (!URL.canParse(values.callback)) throw new UsageError('--callback must be a URL');
  if (!['steady', 'varied'].includes(values.parcels))
    throw new UsageError('--parcels must be steady or varied');
  const clock = fasterClock(whole('speed', values.speed, 1, 10_000));
  const sandbox = await startSandbox({
    clock,
    variedParcels: values.parcels === 'varied',
    variants: readVariants(values.variant),
    port: whole('port', values.port, 0, 65_535),
    callbackUrl: values.callback,
    oldRefreshToken: values['old-token'] as OldRefreshToken,
    ordersPerDay: whole('orders', values.orders, 1, 5000),
    curve: values.curve as CurveName,
    seed: whole('seed', values.seed, 0, 2 ** 31),
  });
  sandbox.faults.active = values.fault ?? null;
  const tracker = await startTracker({
    clock,
    parcels: () => sandbox.shop.parcels,
    port: whole('tracker', values.tracker, 0, 65_535),
    quota: 100_000,
  }).catch(async (error: unknown) => {
    await sandbox.close();
    throw error;
  });
  console.log(`The sandbox is listening; stop it with Ctrl+C. For .env: / 沙箱已启动，按 Ctrl+C 停止。.env 中填写：

CLIENT_ID=${sandbox.app.appKey}
CLIENT_SECRET=${sandbox.app.appSecret}
ALIEXPRESS_GATEWAY_URL=${sandbox.url}
ALIEXPRESS_CALLBACK_URL=${values.callback}
${addresses(sandbox)}
CHANNEL_TEST_ORIGIN=${sandbox.url}
TRACKER_API_URL=${tracker.url}

17TRACK Key / 17TRACK 密钥: ${tracker.key}
`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void Promise.all([sandbox.close(), tracker.close()]));
}

/** The settings of a group at every messenger. Messages go to all that are set. */
const addresses = ({ groups }: Sandbox): string =>
  Object.values(groups)
    .map(({ channel, address }) => `${channelSettings(channel).url}=${address}`)
    .join('\n');

await main().catch((error: unknown) => {
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE')
    console.error(`Port ${port} is in use; choose another with --port or --tracker.`);
  else reportError('npm run sandbox', error);
  process.exitCode = 2;
});
