/** A hub over a sandbox shop, in a folder of its own. */

import { channels } from '../../channels/index.ts';
import { operations } from '../../operations.ts';
import { recipes } from '../../recipes/index.ts';
import { type SandboxHub, startSandboxHub } from '../../sandbox/hub.ts';
import { freePort } from '../../sandbox/ports.ts';
import { jumpingClock } from './jumping-clock.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
  body: any;
}

export interface TestHub extends SandboxHub {
  /** Lets time pass. Everything that becomes due on the way is done before it goes on. */
  pass(ms: number): Promise<void>;
  /** An address to which its events may be sent. */
  receiver: Receiver;
  /** A request with a key, by default that of the shop. */
  request(method: string, path: string, body?: unknown, key?: string): Promise<Answer>;
}

export async function startTestHub(): Promise<TestHub> {
  const folder = temporaryFolder();
  const clock = jumpingClock();
  const receiver = await startReceiver();
  const running = await startSandboxHub({
    version: '0.0.0',
    registry: { ...operations, channels, recipes },
    env: {
      HUB_PORT: String(await freePort()),
      HUB_PUBLIC_PORT: String(await freePort()),
      HUB_ALLOWED_TARGETS: new URL(receiver.url).host,
    },
    folder: folder.path,
    clock,
    log: () => {},
  });
  return {
    ...running,
    receiver,
    pass: (ms) => clock.jump(ms, () => running.hub.running() === 0),
    request: async (method, path, body, key = running.shopKey) => {
      const answer = await fetch(running.hub.url + path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
    },
    stop: async () => {
      const waiting = await running.stop();
      await receiver.close();
      folder.remove();
      return waiting;
    },
  };
}
