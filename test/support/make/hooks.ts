/** Make's webhooks on this machine. They answer as its documentation says, at once and whatever becomes of the scenario. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `gone`: Make has turned the webhook off. */
export type HookState = 'open' | 'full' | 'busy' | 'gone';

export interface Hook {
  url: string;
  state: HookState;
  /** What was posted, also what was refused, as it was parsed. */
  posted: { body: unknown; status: number }[];
}

export interface Hooks {
  /** Host and port, for the addresses to which a hub may send. */
  host: string;
  /** @param onItem is called for every body that was accepted; several may run at a time */
  open(onItem?: (body: unknown) => Promise<unknown>): Hook;
  /** How many items are being worked with. */
  running(): number;
  close(): Promise<void>;
}

const ANSWERS: Readonly<Record<HookState, readonly [number, string]>> = {
  open: [200, 'Accepted'],
  full: [400, 'Queue is full'],
  busy: [429, 'Too many requests'],
  gone: [410, 'There is no scenario listening for this webhook.'],
};

export async function openHooks(): Promise<Hooks> {
  const hooks = new Map<string, Hook & { onItem: (body: unknown) => Promise<unknown> }>();
  let running = 0;
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const hook = hooks.get(request.url ?? '');
      if (!hook) return response.writeHead(404).end();
      const [status, answer] = ANSWERS[hook.state];
      const body: unknown = JSON.parse(text);
      hook.posted.push({ body, status });
      response.writeHead(status, { 'content-type': 'text/plain' }).end(answer);
      if (status !== 200) return;
      running += 1;
      void hook.onItem(body).finally(() => {
        running -= 1;
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    open: (onItem = async () => {}) => {
      const path = `/${String(hooks.size + 1).padStart(32, 'x')}`;
      const hook: Hook = { url: `http://${host}${path}`, state: 'open', posted: [] };
      hooks.set(path, Object.assign(hook, { onItem }));
      return hook;
    },
    running: () => running,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
