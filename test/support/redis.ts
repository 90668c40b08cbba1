/** A real Redis, behind an HTTP front that speaks the Upstash protocol. Both are started for a test and end with it. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createConnection, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export interface RedisFront {
  url: string;
  token: string;
  close(): void;
}

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** `describe` where a Redis is installed; elsewhere one line says what is left out. */
export const describeWithRedis: (title: string, tests: () => void) => void = hasRedis
  ? describe
  : (title) => {
      process.stderr.write(`Redis is not installed; left out: ${title}\n`);
      describe(title, () =>
        test('is left out where no Redis is installed', () => expect(hasRedis).toBe(false)),
      );
    };

const FRONT = fileURLToPath(
  new URL('../../node_modules/@humanwhocodes/upstash-redis-server/dist/server.js', import.meta.url),
);
const TOKEN = 'token-of-the-tests';

export async function startRedis(): Promise<RedisFront> {
  const [redisPort, port] = [await freePort(), await freePort()];
  const redis = spawn('redis-server', ['--port', String(redisPort), '--save', '', '--bind', '127.0.0.1'], {
    stdio: 'ignore',
  });
  await listening(redisPort, redis);
  const front = spawn(process.execPath, [FRONT], {
    env: {
      ...process.env,
      URS_TOKEN: TOKEN,
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      PORT: String(port),
    },
    stdio: 'ignore',
  });
  await listening(port, front);
  return {
    url: `http://127.0.0.1:${port}`,
    token: TOKEN,
    close: () => {
      front.kill();
      redis.kill();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port: number, process: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (process.exitCode !== null)
      throw new Error(`the server on port ${port} ended with ${process.exitCode}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ port, host: '127.0.0.1' });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('close', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${port}`);
}
