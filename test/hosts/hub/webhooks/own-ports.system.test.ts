import { hostname } from 'node:os';
import { createTargets } from '../../../../lib/hosts/hub/webhooks/targets.ts';
import { startReceiver } from '../../../support/receiver.ts';

test('A setting cannot lead to the ports of the hub by a name of this machine', async () => {
  const own = await startReceiver();
  const { port } = new URL(own.url);
  const machine = hostname().toLowerCase();
  const send = (ownPorts: number[]) =>
    createTargets({ allowed: [`${machine}:${port}`], ownPorts }).transport({
      method: 'POST',
      url: `http://${machine}:${port}/admin`,
      body: '{}',
    });
  await expect(send([Number(port)])).rejects.toMatchObject({ reason: 'not_sent' });
  expect(own.received).toHaveLength(0);
  await own.close();
});
