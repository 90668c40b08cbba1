/** `npm run zapier:rehearsal`: the stand-in of Zapier alone, until stopped, to rehearse releases without an account. */

import { randomBytes } from 'node:crypto';
import { readArguments, reportUsage, whole } from '../../../sandbox/arguments.ts';
import { startZapierApi } from './server.ts';

const COMMAND = 'npm run zapier:rehearsal';
const HELP = `${COMMAND}                  a stand-in of Zapier on this machine, until stopped (Ctrl+C)

  --users N          users with Zaps of the first version that is pushed (20)
  --help             this text

It prints two lines for another terminal. There, register, releases and invitations reach the stand-in, and no account at
Zapier is needed. It keeps versions in memory, and runs no Zaps.`;

const { values } = readArguments(COMMAND, {
  options: {
    users: { type: 'string', default: '20' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function main(): Promise<void> {
  if (values.help) return console.log(HELP);
  const key = randomBytes(16).toString('hex');
  const zapier = await startZapierApi(key, { firstUsers: whole('users', values.users, 0, 1_000_000) });
  console.log(`The stand-in of Zapier is listening; stop it with Ctrl+C. In another terminal:

export ZAPIER_ENDPOINT=${zapier.url} ZAPIER_DEPLOY_KEY=${key}
npm run zapier -- register "AliExpress Seller" --audience private --category ecommerce`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void zapier.close());
}

await main().catch((error: unknown) => reportUsage(COMMAND, error));
