/** Ports on this machine, for servers that a run starts for itself. */

import type { ChildProcess } from 'node:child_process';
import { createConnection, createServer } from 'node:net';

/** A port that is not in use. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const MAX_ATTEMPTS = 200;
const BETWEEN_ATTEMPTS_MS = 50;

/** Resolves when `port` accepts connections. Rejects when `process` ends first, or after 10 seconds. */
export async function listening(port: number, process: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (process.exitCode !== null) {
      throw new Error(`the server on port ${port} ended with ${process.exitCode}`);
    }
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ port, host: '127.0.0.1' });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_ATTEMPTS_MS));
  }
  throw new Error(`nothing listens on port ${port}`);
}
