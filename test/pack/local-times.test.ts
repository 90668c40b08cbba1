import { both } from '../../lib/language.ts';
import { inUtc, withLocalFields, withLocalTimes } from '../../lib/pack/local-times.ts';
import type { Fields } from '../../lib/pack/record.ts';

const fields: Fields = {
  paid_at: { label: { en: 'Paid At', zh: '付款时间' }, from: 'paid', as: 'pacific_time', local: true },
  ship_by: { label: { en: 'Ship By', zh: '最晚发货时间' }, from: 'left', as: 'ms_left', local: true },
  checked_at: { label: both('Checked At'), from: 'checked', as: 'epoch_time' },
};

describe('Times for sheets', () => {
  test('A marked time stands beside the same in Beijing, as a text, and no other time does', () => {
    const fieldsOfEvents = Object.entries(withLocalFields(fields));
    expect(fieldsOfEvents.map(([key]) => key)).toEqual([
      'paid_at',
      'paid_at_local',
      'ship_by',
      'ship_by_local',
      'checked_at',
    ]);
    expect(fieldsOfEvents[1]?.[1]).toMatchObject({
      label: { en: 'Paid At (Beijing)', zh: '付款时间（北京）' },
      as: 'text',
    });
  });

  test('The values have the keys of the fields; a time that is not known is null in both', () => {
    const values = { paid_at: '2026-11-21T17:05:09Z', ship_by: null, checked_at: '2026-11-21T17:05:09Z' };
    const shown = withLocalTimes(fields, values);
    expect(Object.keys(shown)).toEqual(Object.keys(withLocalFields(fields)));
    expect(shown).toEqual({ ...values, paid_at_local: '2026-11-22 01:05', ship_by_local: null });
  });

  test.each([
    ['{paid_at_local}', '{paid_at}'],
    ['{checked_at_local}', '{checked_at_local}'],
    ['{paid_at}', '{paid_at}'],
    ['{paid_at_local} {ship_by_local}', '{paid_at_local} {ship_by_local}'],
  ])('The template %s is %s in UTC', (template, utc) => {
    expect(inUtc(template, fields)).toBe(utc);
  });
});
