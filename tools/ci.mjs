/** `npm run ci`: everything a release must pass, in a fresh clone, on any system. */

import { spawnSync } from 'node:child_process';

const steps = [
  // First, while only the production dependencies are installed.
  ['Two simulated days with every recipe', 'start -- --days 2'],
  ['Tests', 'test -- --maxWorkers=100%'],
  ['The last release next to this one', 'run lab -- --last-release'],
  ['Types', 'run typecheck'],
  ['Lint', 'run lint'],
  ['Workflows of GitHub', 'run lint:workflows'],
  ['Structure of the Zapier app', 'run validate'],
  ['Publishing, up to the upload to a stand-in of Zapier', 'run test:built'],
];

const [given] = process.argv.slice(2);
if (given !== undefined) {
  const isHelp = given === '--help' || given === '-h';
  if (!isHelp) console.error(`Unknown option '${given}'`);
  console[isHelp ? 'log' : 'error'](
    ['npm run ci     runs these steps, about 20 minutes:', ...steps.map(([title]) => `  ${title}`)].join(
      '\n',
    ),
  );
  process.exit(isHelp ? 0 : 2);
}

for (const [title, line] of steps) {
  console.log(`\n== ${title}: npm ${line}`);
  const { status } = spawnSync(`npm --silent ${line}`, {
    stdio: 'inherit',
    shell: true,
    env: { ...process.env, DISABLE_ZAPIER_ANALYTICS: '1' },
  });
  if (status !== 0) {
    console.error(`\nFailed: npm ${line}`);
    process.exit(status ?? 1);
  }
}
