/** The reports of `npm start -- --json` in docs/figures. */

import { readFileSync } from 'node:fs';
import * as z from 'zod';

const count = z.int().min(0);
const seconds = z.number().min(0).nullable();

const reportSchema = z.object({
  recipes: z.array(
    z.object({
      key: z.string(),
      expected: count,
      delivered: count,
      under_way: count,
      before_start: count,
      missed: count,
      duplicates: count,
      false_alerts: count,
      mean_delay_s: seconds,
      max_delay_s: seconds,
    }),
  ),
  calls: z.array(z.object({ day: z.string(), total: count, methods: z.record(z.string(), count) })).min(1),
});
export type Report = z.infer<typeof reportSchema>;

export const readReport = (name: 'week' | 'day'): Report =>
  reportSchema.parse(
    JSON.parse(readFileSync(new URL(`../../docs/figures/${name}.json`, import.meta.url), 'utf8')),
  );
