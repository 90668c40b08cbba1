/** A real Redis behind an HTTP server that speaks the Upstash protocol, for tests and benchmarks. */

import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { freePort, listening } from './ports.ts';

export interface RedisFront {
  /** URL of the HTTP server. */
  url: string;
  token: string;
  /** Port of Redis itself. */
  redisPort: number;
  close(): void;
}

const FRONT = fileURLToPath(
  new URL('../node_modules/@humanwhocodes/upstash-redis-server/dist/server.js', import.meta.url),
);
const TOKEN = 'token-of-this-machine';

/** The version of the installed Redis; undefined where none is installed. */
export function redisVersion(): string | undefined {
  const { status, stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  return status === 0 ? (/v=(\S+)/.exec(stdout)?.[1] ?? '') : undefined;
}

export async function startRedis(): Promise<RedisFront> {
  const [redisPort, port] = [await freePort(), await freePort()];
  const redis = spawn('redis-server', ['--port', String(redisPort), '--save', '', '--bind', '127.0.0.1'], {
    stdio: 'ignore',
    // It writes its dump there.
    cwd: tmpdir(),
  });
  const front = spawn(process.execPath, [FRONT], {
    env: {
      ...process.env,
      URS_TOKEN: TOKEN,
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      PORT: String(port),
    },
    stdio: 'ignore',
  });
  const close = () => {
    front.kill();
    redis.kill();
  };
  try {
    await listening(redisPort, redis);
    await listening(port, front);
  } catch (error) {
    close();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, token: TOKEN, redisPort, close };
}
