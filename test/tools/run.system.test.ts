import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const onUnix = process.platform === 'win32' ? test.skip : test;

describe('A program that npm runs', () => {
  onUnix(
    'A SIGTERM to npm ends the program and all processes between them',
    async () => {
      const npm = spawn('npm', ['run', 'sandbox', '--', '--port', '0'], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const isReady = new Promise<void>((resolve) => {
        let output = '';
        npm.stdout.on('data', (chunk) => {
          output += chunk;
          if (output.includes('CHANNEL_TEST_ORIGIN')) resolve();
        });
      });
      await isReady;
      npm.kill('SIGTERM');
      // Every process of them holds the pipe, so it closes when the last one has ended.
      await once(npm, 'close');
    },
    20_000,
  );
});
