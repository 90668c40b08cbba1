import { connect, type Socket } from 'node:net';
import { MAX_CONNECTIONS } from '../../../../lib/hosts/hub/api/listeners.ts';
import { type Answer, startTestHub, type TestHub } from '../../../support/hub.ts';

const BATCH = 100;

/** A client that opens a connection and sends nothing. */
function open(port: number): Promise<{ socket: Socket; isClosed(): boolean }> {
  return new Promise((resolve, reject) => {
    let isClosed = false;
    const socket = connect(port, '127.0.0.1', () => resolve({ socket, isClosed: () => isClosed }));
    socket.on('close', () => {
      isClosed = true;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => error.code !== 'ECONNRESET' && reject(error));
    socket.resume();
  });
}

describe('Connections that send nothing', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub({ isPublic: true });
  });
  afterAll(() => hub.stop());

  test('More than a listener takes are closed, and the other listener answers meanwhile', async () => {
    const port = Number(new URL(hub.publicUrl).port);
    const more = 2 * BATCH;
    const all: Awaited<ReturnType<typeof open>>[] = [];
    // The queue of the system takes only so many at once.
    while (all.length < MAX_CONNECTIONS + more)
      all.push(...(await Promise.all(Array.from({ length: BATCH }, () => open(port)))));
    const closed = () => all.filter(({ isClosed }) => isClosed()).length;
    while (closed() < more) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await hub.request('GET', '/admin/shops', undefined, hub.adminKey)).status).toBe(200);
    expect(closed()).toBe(more);
    for (const { socket } of all) socket.destroy();
    let answer: Answer | undefined;
    while (!answer) answer = await hub.request('GET', '/v1/me').catch(() => undefined);
    expect(answer.status).toBe(200);
  });
});
