/** One list that several feeds show, each of them a part of its records. */

import { oncePer } from '../../once-per.ts';
import type { FeedEngine } from './feed.ts';

type Records = readonly Record<string, unknown>[];

/** Lets a feed show only some of its records. Between two visits they are the same list, as those of the whole feed are. */
export function onlyRecords(isWanted: (values: object) => boolean): (feed: FeedEngine) => FeedEngine {
  const wantedOf = oncePer((records: Records): Records => records.filter(isWanted));
  return (feed) => ({
    ...feed,
    read: async (lane, reader) => {
      const reading = await feed.read(lane, reader);
      return { ...reading, records: wantedOf(reading.records) };
    },
    known: async () => wantedOf(await feed.known()),
  });
}
