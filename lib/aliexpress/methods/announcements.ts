import * as z from 'zod';
import { defineMethod, timeParameter } from '../method.ts';
import * as wire from '../wire.ts';

/** What carriers and AliExpress's logistics announce. See docs/aliexpress.md#announcements. */
export const announcements = defineMethod({
  name: 'aliexpress.logistics.getannouncement',
  family: 'business',
  request: () =>
    z
      .strictObject({
        /** When they were published, epoch milliseconds. */
        from: timeParameter,
        to: timeParameter,
      })
      .transform(({ from, to }) => ({ start_time: from, end_time: to })),
  answer: () =>
    z
      .object({ resultdata: z.object({ result_list: wire.list }) })
      .transform(({ resultdata }) => ({ items: resultdata.result_list })),
  personalData: 'none',
  source: 'docs/aliexpress.md#announcements',
});
