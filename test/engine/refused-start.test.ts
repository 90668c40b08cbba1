/** A workflow that is turned on while its app lacks a permission. */

import { abnormalParcels } from '../../lib/aliexpress/methods/abnormal-parcels.ts';
import { pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { fail } from '../../lib/problems.ts';
import { HOUR, MINUTE } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import abnormalParcel from '../../triggers/abnormal-parcel.ts';
import { openAnsweringShop } from '../support/answering-shop.ts';

const refusal = () => fail('permission_missing', { method: abnormalParcels.name, code: '11' });

test('Once the permission is there, nothing counts as skipped, and what came since is announced', async () => {
  const answering = openAnsweringShop();
  const shop = Object.assign(answering, { memo: emptyProcessMemo() });
  shop.answers.set(abnormalParcels.name, refusal);
  const poll = (purpose: 'poll' | 'turn_on') =>
    pollTrigger(abnormalParcel, shop, { inputs: {}, workflow: '7', purpose });
  await expect(poll('turn_on')).rejects.toMatchObject({ kind: 'permission_missing' });
  shop.clock.advance(15 * MINUTE);
  await poll('poll').catch(() => {});
  // A refused method is not asked for again for a day.
  shop.clock.advance(25 * HOUR);
  const changedAt = shop.clock.now() - HOUR;
  const row = {
    id: '9001',
    trade_order_id: '8201',
    order_status_code: 'warehouse_reject_goods',
    abnormal_code: 'OVERSIZE',
    abnormal_reason: '超限',
    gmt_status_update: toPacific(changedAt),
  };
  shop.answers.set(abnormalParcels.name, () => ({
    is_success: true,
    total_count: 1,
    total_page: 1,
    result: [row],
  }));
  const events = [];
  for (let n = 0; n < 8; n += 1) {
    shop.clock.advance(30 * MINUTE);
    events.push(...(await poll('poll')));
  }
  expect(await skippedSpans(shop)).toEqual([]);
  expect(new Set(events.map(({ id }) => id))).toEqual(new Set(['9001/warehouse_reject_goods/OVERSIZE']));
});
