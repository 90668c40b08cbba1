/** `/healthz`: whether the hub can do its work, for tunnels, containers and monitors. It names nothing of a shop. */

import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { type Clock, SECOND } from '../../../runtime.ts';
import type { Database } from '../database/database.ts';
import { isDatabaseError } from '../database/failures.ts';
import type { HubRuntime } from '../runtime.ts';
import type { LoopName } from '../schedule/loop.ts';
import { unhealthyLoops } from './loop-alerts.ts';

export const HEALTH_PATH = '/healthz';

/** Anyone may ask, and every trial waits for the disk. */
const TRIAL_EVERY_MS = 10 * SECOND;
const UNAVAILABLE = 503;

export interface Health {
  status: 'ok' | 'unhealthy';
  /**
   * `database`: it cannot be written. `loops`: a part of the hub only fails, or does not go on. Single visits and deliveries
   * that fail are counted in `/metrics` alone.
   */
  problems: ('database' | 'loops')[];
  /** Names of these parts, as in the log. */
  loops: LoopName[];
}

/** @returns how the hub is */
export function watchHealth(runtime: Pick<HubRuntime, 'clock' | 'database' | 'loops'>): () => Health {
  const isWritable = createTrial(runtime.clock, runtime.database);
  return () => {
    const problems: Health['problems'] = [];
    if (!isWritable()) problems.push('database');
    const loops = unhealthyLoops(runtime);
    if (loops.length > 0) problems.push('loops');
    return { status: problems.length === 0 ? 'ok' : 'unhealthy', problems, loops };
  };
}

/** Writes what is there already, so that nothing changes. */
function createTrial(clock: Clock, { connection }: Database): () => boolean {
  let triedAt = Number.NEGATIVE_INFINITY;
  let isWritable = true;
  return () => {
    if (Math.abs(clock.now() - triedAt) < TRIAL_EVERY_MS) return isWritable;
    triedAt = clock.now();
    isWritable = true;
    try {
      const { user_version: version } = connection.prepare('PRAGMA user_version').get() as {
        user_version: number;
      };
      connection.exec(`PRAGMA user_version = ${version}`);
    } catch (error) {
      if (!isDatabaseError(error)) throw error;
      isWritable = false;
    }
    return isWritable;
  };
}

export function mountHealth(server: FastifyInstance, runtime: HubRuntime): void {
  const { instance } = runtime;
  const watch = watchHealth(runtime);
  server.get(HEALTH_PATH, { schema: { hide: true } }, async (_request, reply) => {
    const health = watch();
    return reply.code(health.status === 'ok' ? 200 : UNAVAILABLE).send({ ...health, instance });
  });
}

/** Tells one start of a hub from every other, so that a check knows whether an address leads to it. */
export const newInstance = (): string => randomBytes(8).toString('hex');

const instanceIn = z.object({ instance: z.string() });

/** @returns undefined if something else has answered */
export function readInstance(body: string): string | undefined {
  try {
    return instanceIn.safeParse(JSON.parse(body)).data?.instance;
  } catch {
    return undefined;
  }
}
