/** Receives the webhooks of a hub in the lab, and fails as a fault tells it to. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Struck } from '../faults.ts';
import type { LabEvent } from '../host.ts';

export interface LabReceiver {
  /** "127.0.0.1:41234" */
  host: string;
  urlOf(subscriber: string): string;
  /** What has arrived since it was asked last. */
  take(subscriber: string): LabEvent[];
  /** The hub was killed before it could have noticed that these messages had arrived. */
  excuse(messages: readonly string[]): void;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  draw(): Struck | undefined;
  /** Kills the hub. */
  kill(): void;
}

export async function startLabReceiver({ draw, kill }: ReceiverOptions): Promise<LabReceiver> {
  const arrived = new Map<string, LabEvent[]>();
  /** Messages whose answer the hub got. */
  const answered = new Set<string>();
  /** Messages that a killed hub had sent, and that are still to arrive. */
  const orphaned = new Set<string>();

  function keep(request: IncomingMessage, body: string): void {
    const { data } = JSON.parse(body) as { data: LabEvent };
    // A message that arrives again after an intact answer counts as another event.
    const isRepeated = answered.has(String(request.headers['webhook-id']));
    const subscriber = request.url ?? '';
    const event = isRepeated ? { ...data, id: `${data.id} again` } : data;
    arrived.set(subscriber, [...(arrived.get(subscriber) ?? []), event]);
  }

  function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const struck = draw();
    const keeps = struck?.random.pick([true, false]) ?? true;
    if (keeps) keep(request, body);
    if (!struck) {
      const message = String(request.headers['webhook-id']);
      if (!orphaned.delete(message)) answered.add(message);
      response.writeHead(200).end();
      return;
    }
    if (struck.fault === 'restart') kill();
    if (keeps || struck.random.next() < 0.5) request.socket.destroy();
    else response.writeHead(503).end();
  }

  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => answer(request, response, body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    urlOf: (subscriber) => `http://${host}/${subscriber}`,
    take: (subscriber) => {
      const events = arrived.get(`/${subscriber}`) ?? [];
      arrived.delete(`/${subscriber}`);
      return events;
    },
    excuse: (messages) => {
      for (const message of messages) if (!answered.delete(message)) orphaned.add(message);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
