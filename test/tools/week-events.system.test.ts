import type { DeliveredRecord } from '../../sandbox/week.ts';
import { differences, isEquivalent } from '../../tools/week-events/compare.ts';

const DAYS = 1;
const LAST_MINUTE = 24 * 60 - 1;
const events = (recipe: string, records: readonly string[], minute = 0): DeliveredRecord[] =>
  records.map((record) => ({ recipe, record, minute }));
const orders = (...records: string[]) => events('new_order_to_feishu', records);
const reviews = (...records: string[]) => events('bad_review_to_ticket', records);

describe('Comparison of two simulated weeks', () => {
  test('Two weeks with the same records are equivalent, whatever the minute', () => {
    const later = events('new_order_to_feishu', ['1', '2'], 15);
    expect(isEquivalent(differences(orders('1', '2'), later, DAYS))).toBe(true);
  });

  test.each([
    ['missing', orders('1', '2'), orders('1'), { missing: ['2'], added: [] }],
    ['added', orders('1'), orders('1', '2'), { missing: [], added: ['2'] }],
  ])('A record of a guaranteed recipe that is %s is listed and not equivalent', (_, before, after, lists) => {
    const all = differences(before, after, DAYS);
    expect(all).toEqual([expect.objectContaining({ recipe: 'new_order_to_feishu', ...lists })]);
    expect(isEquivalent(all)).toBe(false);
  });

  test.each([
    [2, true],
    [3, false],
  ])('A run with %d records fewer of a call-limited recipe is equivalent: %s', (fewer, expected) => {
    const before = reviews(...Array.from({ length: 5 }, (_, n) => String(n)));
    expect(isEquivalent(differences(before, before.slice(fewer), DAYS))).toBe(expected);
  });

  test('A record that comes after the last day of one run is not missing in the other', () => {
    const onTime = events('new_order_to_feishu', ['1'], LAST_MINUTE);
    const late = events('new_order_to_feishu', ['1', '2'], LAST_MINUTE + 1);
    expect(differences(onTime, late, DAYS)).toMatchObject([{ missing: [], added: [] }]);
    expect(differences(late, onTime, DAYS)).toMatchObject([{ missing: [], added: [] }]);
  });
});
