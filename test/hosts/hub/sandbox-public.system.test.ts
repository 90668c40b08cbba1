import { request } from 'node:http';
import { startTestHub } from '../../support/hub.ts';

test('The sandbox connects its shop although the public address does not lead to the hub yet', async () => {
  const hub = await startTestHub({ env: { HUB_PUBLIC_URL: 'https://hub.example.com' } });
  const { publicPort } = hub.hub.runtime.hub;
  const status = await new Promise((resolve, reject) => {
    const headers = { host: 'hub.example.com', authorization: `Bearer ${hub.shopKey}` };
    const sent = request({ port: publicPort, host: '127.0.0.1', path: '/v1/me', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject).end();
  });
  await hub.stop();
  expect(status).toBe(200);
});
