/** The answers of 17TRACK. Of its items only what is needed is read. */

import * as z from 'zod';
import { carrierCode, courseItem } from './course.ts';
import { zonedTime } from './times.ts';

/** The items that can be read. A list of which none can has changed. */
const items = <T>(item: z.ZodType<T>) =>
  z
    .array(z.unknown())
    .nullish()
    .transform((raw, context) => {
      const found = (raw ?? []).flatMap((each) => item.safeParse(each).data ?? []);
      if (found.length === 0 && raw?.length) context.addIssue('no item can be read');
      return found;
    });

const refusal = z.object({
  number: z.unknown(),
  carrier: carrierCode,
  error: z.object({ code: z.number() }),
});
const answerWith = <T>(accepted: z.ZodType<T>) =>
  z.object({ data: z.object({ accepted: items(accepted), rejected: items(refusal) }) });

/** Of `register` and `retrack`. */
export const acceptance = answerWith(z.object({ number: z.string(), carrier: carrierCode }));
export const courses = answerWith(courseItem);

const flag = z.boolean().nullish().catch(null);
const row = z.object({
  number: z.string(),
  carrier: carrierCode,
  latest_event_time: zonedTime,
  track_time: zonedTime,
  sync_status: flag,
  tracking_status: z.string().nullish().catch(null),
  is_retracked: flag,
});
/** The page stands beside the data. */
export const list = z.object({
  page: z.object({ page_total: z.int() }),
  data: z.object({ accepted: items(row) }),
});

export const quota = z.object({
  data: z.object({ quota_total: z.int(), quota_used: z.int(), quota_remain: z.int() }),
});
