/** The announcements of carriers: a line is delayed or suspended. */

import { toPacific } from '../pacific.ts';
import { type Context, epochRange, within } from './query.ts';
import { listed } from './wire.ts';

export function announcements({ shop, now, params }: Context) {
  const published = epochRange(params, 'start_time', 'end_time');
  const found = shop.announcements.filter(({ at }) => at <= now && (!published || within(at, published)));
  return {
    resultdata: {
      success: true,
      ...listed(
        'result_list',
        'announcement',
        found.map(({ at, title, description, url }) => ({
          title,
          description,
          message_type: 'NOTICE',
          status: 'PUBLISHED',
          publish_time: toPacific(at),
          url,
          cover: '',
        })),
      ),
    },
  };
}
