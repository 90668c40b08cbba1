import { openRemovals } from '../../lib/feeds/product-removals.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { strictLog } from '../support/strict-log.ts';

describe('Removals of a product', () => {
  const open = async () => {
    const clock = fixedClock('2026-11-21T02:00:00Z');
    const removals = openRemovals({ seller: '22', store: memoryStore(clock), clock, log: strictLog });
    await removals.load(null);
    return removals;
  };

  test('A removal that is not announced is not remembered', async () => {
    const removals = await open();
    removals.recordRemoved('one', 1, false);
    expect(removals.count('one', false)).toBe(1);
    expect(removals.written()).toStrictEqual({});
  });

  test('Every removal after an announced one is remembered', async () => {
    const removals = await open();
    removals.recordRemoved('one', 1, true);
    removals.recordRemoved('one', 2, false);
    expect(removals.count('one', false)).toBe(3);
  });
});
