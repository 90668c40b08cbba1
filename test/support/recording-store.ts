/** A store that records everything that is written to it, as plain text: compressed values are unpacked. */

import { inflateRawSync } from 'node:zlib';
import type { Store } from '../../lib/stores/store.ts';

export interface RecordingStore extends Store {
  /** Keys and values, one a line. */
  text(): string;
}

export function recordingStore(store: Store): RecordingStore {
  const written: string[] = [];
  const recorded =
    (verb: 'set' | 'add'): Store['set'] =>
    (key, value, ttlSeconds) => {
      written.push(key, value);
      return store[verb](key, value, ttlSeconds);
    };
  return {
    ...store,
    set: recorded('set'),
    add: recorded('add'),
    text: () => written.map(unpacked).join('\n'),
  };
}

/** Snapshots are base64 of deflated JSON, and in Zapier's cache JSON text around that. */
function unpacked(value: string): string {
  try {
    return inflateRawSync(Buffer.from(value.replaceAll('"', ''), 'base64')).toString('utf8');
  } catch {
    return value;
  }
}
