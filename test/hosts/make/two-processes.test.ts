import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describeWithRedis, type RedisFront, startRedis } from '../../support/redis.ts';
import { NOW, SELLER, useStandIn } from './stand-in.ts';
import type { Hammering } from './zapier-process.ts';

const TRIES = 160;
const LIMIT = 200;

describeWithRedis('Zapier’s side and Make’s side, hammering one account from two processes', () => {
  const standIn = useStandIn();
  let redis: RedisFront;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  test('are granted exactly 200 calls', async () => {
    let asked = 0;
    standIn.answerWith(() => {
      asked += 1;
      return '{"code":"0","time_stamp":"2026-11-21"}';
    });
    const order: Hammering = { ...redis, seller: SELLER, now: NOW, limit: LIMIT, tries: TRIES };
    const zapier = fork(
      fileURLToPath(new URL('./zapier-process.ts', import.meta.url)),
      [JSON.stringify(order)],
      { execArgv: ['--disable-warning=ExperimentalWarning'] },
    );
    try {
      await once(zapier, 'message');
      const granted = once(zapier, 'message');
      zapier.send('go');
      const common = { redisUrl: redis.url, redisToken: redis.token };
      const runs = Array.from({ length: TRIES }, () =>
        standIn
          .run('findOrder', { order_number: '8201739405562817' }, common)
          .then(() => true)
          .catch(() => false),
      );
      const onMake = (await Promise.all(runs)).filter(Boolean).length;
      const [onZapier] = await granted;
      expect([onMake + Number(onZapier), asked]).toEqual([LIMIT, onMake]);
    } finally {
      zapier.kill();
    }
  }, 120_000);
});
