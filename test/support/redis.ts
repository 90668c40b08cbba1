/** Tests that need a real Redis. */

import { redisVersion } from '../../sandbox/redis.ts';

export { type RedisFront, startRedis } from '../../sandbox/redis.ts';

const hasRedis = redisVersion() !== undefined;

/** `describe` where a Redis is installed; elsewhere one line says what is left out. */
export const describeWithRedis: (title: string, tests: () => void) => void = hasRedis
  ? describe
  : (title) => {
      process.stderr.write(`Redis is not installed; left out: ${title}\n`);
      describe(title, () =>
        test('is left out where no Redis is installed', () => expect(hasRedis).toBe(false)),
      );
    };
