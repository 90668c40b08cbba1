import { watchList } from '../../lib/feeds/engine/watch-list.ts';
import { endOrder, watchDetail, watchOrder, watchParcel } from '../../lib/feeds/parcel-changes.ts';
import {
  openOrders,
  openParcelWatch,
  type ParcelWatch,
  WATCHED_MS,
  type WatchedParcel,
  watchedFormat,
} from '../../lib/feeds/parcel-watch.ts';
import { DAY } from '../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const ORDER = '8201';
const shipped = (changes = {}) => ({ shippedAt: NOW - 3 * DAY, value: 20, isPart: false, ...changes });

let watch: ParcelWatch;
beforeEach(async () => {
  watch = openParcelWatch(await watchList(watchedFormat, WATCHED_MS).open(new Map()));
});
const ids = () => [...watch.entries.keys()].sort();
const row = (number: string, rowId: string, orderId = ORDER) => ({
  orderId,
  number,
  rowId,
  carrier: 'CAINIAO',
});
const change = (id: string, changes: Partial<WatchedParcel>) =>
  watch.put(id, { ...(watch.get(id) as WatchedParcel), ...changes });

test('An order is on the list by itself until a row shows its number', () => {
  watchOrder(watch, ORDER, shipped());
  expect(watch.parcelsOf(ORDER)).toEqual([]);
  watchParcel(watch, row('LP1', '1'));
  expect(ids()).toEqual(['LP1']);
  expect(watch.get('LP1')).toMatchObject({ orders: [ORDER], rows: ['1'], carrier: 'CAINIAO', ...shipped() });
});

test('Each parcel of an order is on the list, in a lasting order', () => {
  watchOrder(watch, ORDER, shipped());
  for (const number of ['LP2', 'LP1']) watchParcel(watch, row(number, number), shipped());
  watchParcel(watch, row('LP0', 'later'), shipped({ shippedAt: NOW }));
  expect(watch.parcelsOf(ORDER)).toEqual(['LP1', 'LP2', 'LP0']);
});

test('A parcel of two orders is on the list once, and goes off it when both are over', () => {
  for (const order of [ORDER, '8202']) {
    watchOrder(watch, order, shipped());
    watchParcel(watch, row('LP1', order, order));
  }
  expect(ids()).toEqual(['LP1']);
  endOrder(watch, ORDER, () => undefined);
  expect(openOrders(watch.get('LP1') as WatchedParcel)).toEqual(['8202']);
  endOrder(watch, '8202', () => undefined);
  expect(ids()).toEqual([]);
});

test('A parcel whose row has another number goes on under that number', () => {
  watchOrder(watch, ORDER, shipped());
  watchParcel(watch, row('LP1', '1'));
  change('LP1', { eventAt: NOW - DAY, checkedAt: NOW, reportedSince: NOW - DAY });
  watchParcel(watch, row('LP2', '1'));
  expect(ids()).toEqual(['LP2']);
  expect(watch.get('LP2')).toMatchObject({
    orders: [ORDER],
    checkedAt: 0,
    reportedSince: NOW - DAY,
    before: { number: 'LP1', eventAt: NOW - DAY },
    ...shipped(),
  });
});

test('A number that was wrong for one order stays with the other one', () => {
  for (const order of [ORDER, '8202']) watchParcel(watch, row('LP1', order, order), shipped());
  watchParcel(watch, row('LP2', ORDER), shipped());
  expect(watch.get('LP1')?.orders).toEqual(['8202']);
  expect(watch.get('LP2')?.orders).toEqual([ORDER]);
});

test('A row that is read again changes nothing', () => {
  watchParcel(watch, row('LP1', '1'), shipped());
  change('LP1', { checkedAt: NOW, eventAt: NOW - DAY });
  const before = watch.get('LP1');
  watchParcel(watch, row('LP1', '1'), shipped({ shippedAt: NOW }));
  expect(watch.get('LP1')).toEqual(before);
});

test('The detail of an order replaces a number that no list shows, and no other one', () => {
  const shown = (number: string) => ({ orderId: ORDER, number, carrier: 'YANWEN', country: 'ES' });
  watchDetail(watch, ORDER, [shown('A1')], NOW);
  watchParcel(watch, row('LP1', '1'), shipped());
  watchDetail(watch, ORDER, [shown('A2')], NOW);
  expect(ids()).toEqual(['A2', 'LP1']);
  expect(watch.get('A2')).toMatchObject({ carrier: 'YANWEN', country: 'ES', detailAt: NOW });
  watchDetail(watch, ORDER, [], NOW);
  expect(ids()).toEqual(['A2', 'LP1']);
});

test('The rest of an order is asked for although a number of its first part is corrected', () => {
  watchParcel(watch, row('LP1', '1'), shipped({ isPart: true }));
  watchOrder(watch, ORDER, shipped());
  watchParcel(watch, row('LP2', '1'));
  expect(ids()).toEqual(['LP2', `order/${ORDER}`]);
  watchParcel(watch, row('LP3', '3'));
  expect(ids()).toEqual(['LP2', 'LP3']);
});

test('An order of which the list does not show all parcels is asked for until its detail shows them', () => {
  watchOrder(watch, ORDER, shipped(), true);
  for (const number of ['LP2', 'LP3']) watchParcel(watch, row(number, number));
  expect(ids()).toEqual(['LP2', 'LP3', `order/${ORDER}`]);
  const shown = ['LP1', 'LP2', 'LP3'].map((number) => ({
    orderId: ORDER,
    number,
    carrier: 'OTHER',
    country: 'ES',
  }));
  watchDetail(watch, ORDER, shown, NOW);
  expect(ids()).toEqual(['LP1', 'LP2', 'LP3']);
});

test('The detail of an order takes it off the list, also where it shows no new number', () => {
  watchOrder(watch, ORDER, shipped(), true);
  watchParcel(watch, row('LP1', '1'));
  const shown = { orderId: ORDER, number: 'LP1', carrier: 'CAINIAO', country: 'ES' };
  watchDetail(watch, ORDER, [shown], NOW);
  expect(ids()).toEqual(['LP1']);
});

test('The parcels of an order go to one country', () => {
  watchDetail(watch, ORDER, [{ orderId: ORDER, number: 'A1', carrier: 'YANWEN', country: 'ES' }], NOW);
  watchParcel(watch, row('LP1', '1'), shipped());
  watchParcel(watch, row('LP2', '2', '8202'), shipped());
  expect([watch.get('LP1')?.country, watch.get('LP2')?.country]).toEqual(['ES', '']);
});

test('A delivered parcel stays on the list when its order is over', () => {
  watchParcel(watch, row('LP1', '1'), shipped());
  change('LP1', { stage: 'delivered' });
  endOrder(watch, ORDER, () => undefined);
  expect(ids()).toEqual(['LP1']);
});
