import * as z from 'zod';
import { count, readable, stored, time } from '../../lib/stores/stored.ts';

const format = stored(() => ({
  seen: count.default(0),
  zone: z.enum(['beijing', 'pacific']).catch('pacific').default('pacific'),
  window: stored(() => ({ from: time.default(0), to: time.default(0) })).prefault({}),
  pages: z.array(stored(() => ({ page: count.default(0) }))).default([]),
}));
const whole = { seen: 3, zone: 'beijing', window: { from: 1, to: 2 }, pages: [{ page: 1 }] } as const;

const writtenAfter = (before: unknown, value: object) => {
  const fields: string[] = [];
  return { value: readable(format, before, value, (field) => fields.push(field)), fields };
};

describe('Value that could not be read again', () => {
  test('A value that can be read is written as it is', () => {
    const value = { ...whole, of_another_release: 1, left_out: undefined };
    const written = writtenAfter(undefined, value);
    expect([written.value === value, written.fields]).toEqual([true, []]);
  });

  test('A number that its format refuses keeps the value that was stored before, and the rest is written', () => {
    const { value, fields } = writtenAfter(whole, {
      ...whole,
      seen: -1,
      window: { from: 5, to: Number.NaN },
    });
    expect(value).toEqual({ ...whole, window: { from: 5, to: 2 } });
    expect(fields).toEqual(['seen', 'window.to']);
  });

  test('Without a value before, the field gets its default', () => {
    const { value } = writtenAfter(undefined, { ...whole, window: { from: -5, to: 2 } });
    expect(format.parse(value)).toMatchObject({ window: { from: 0, to: 2 } });
  });

  test('A list with an item that is refused is left as it was', () => {
    const { value, fields } = writtenAfter(whole, { ...whole, pages: [{ page: 1 }, { page: -2 }] });
    expect([value, fields]).toEqual([whole, ['pages']]);
  });

  test('A value that would be read as another one is left as it was', () => {
    const { value, fields } = writtenAfter(whole, { ...whole, zone: 'mars' });
    expect([value, fields]).toEqual([whole, ['zone']]);
  });

  test('A number that cannot be true is left out also where the format does not know the field', () => {
    const { value, fields } = writtenAfter(whole, { ...whole, of_another_release: 1e300 });
    expect([value, fields]).toEqual([whole, ['of_another_release']]);
  });
});
