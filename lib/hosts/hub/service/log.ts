/**
 * The log: one JSON object a line, in files that follow one another and take a bounded space. Facts are numbers of shops,
 * codes and counts. What an error of a library says is cleaned of what might be a credential.
 */

import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { pino, stdTimeFunctions } from 'pino';
import pinoRoll from 'pino-roll';
import type { SonicBoom } from 'sonic-boom';
import { type Log, SECOND } from '../../../runtime.ts';
import { asDatabaseProblem } from '../database/failures.ts';
import { makeFolder } from '../make-folder.ts';

export interface HubLog {
  log: Log;
  /** Writes what is left. */
  close(): Promise<void>;
}

/** Six files of five megabytes. */
const SIZE = '5m';
const OLDER_FILES = 5;
/** What a disk that is full or slow may keep in memory. */
const MAX_WAITING_BYTES = 1_000_000;
const MAX_TEXT_LENGTH = 500;
const MAX_CLOSE_MS = SECOND;

/**
 * @param folder of the files, which is created if it does not exist
 * @param size of each, as "5m"
 * @throws Problem `disk_unwritable`
 */
export async function openLog(folder: string, size = SIZE): Promise<HubLog> {
  process.umask(0o077);
  const file = join(folder, 'hub.log');
  const stream = await openStream(file, size).catch((error: unknown) => {
    throw asDatabaseProblem(error, file);
  });
  // A log that cannot be written ends nothing.
  stream.on('error', () => {});
  const logger = pino({ base: undefined, timestamp: stdTimeFunctions.isoTime }, stream);
  return {
    log: (message, facts = {}) => {
      const level = 'because' in facts ? 'warn' : 'info';
      logger[level](cleanFacts(facts), cleanText(message));
    },
    close: () =>
      new Promise((resolve) => {
        // After a failed write the stream does not end by itself.
        const timer = setTimeout(() => {
          stream.destroy();
          resolve();
        }, MAX_CLOSE_MS);
        stream.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        stream.end();
      }),
  };
}

async function openStream(file: string, size: string): Promise<SonicBoom> {
  makeFolder(dirname(file));
  const stream = await pinoRoll({
    file,
    size,
    limit: { count: OLDER_FILES, removeOtherLogFiles: true },
    mode: 0o600,
    maxLength: MAX_WAITING_BYTES,
  });
  await once(stream, 'ready');
  return stream;
}

type Facts = NonNullable<Parameters<Log>[1]>;

const cleanFacts = (facts: Facts): Facts =>
  Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [key, typeof value === 'string' ? cleanText(value) : value]),
  );

/** An address may be that of a bot, so only its host is left. */
const ADDRESS = /(https?:\/\/)(?:[^\s/?#"'@]*@)?([^\s/?#"']+)[^\s"']*/gi;
/** Keys, tokens and secrets of the hub begin with these. */
const CREDENTIAL = /\b(key|at|rt|code|whsec|secret)_[\w+/=-]{8,}/g;

export const cleanText = (text: string): string =>
  text.replace(ADDRESS, '$1$2/…').replace(CREDENTIAL, '$1_…').slice(0, MAX_TEXT_LENGTH);
