import * as z from 'zod';
import { feedEngines } from '../../lib/feeds/engines.ts';
import { keepUnknown, stored, storedFormats } from '../../lib/stores/stored.ts';
import { filesNamed, read } from '../support/repository.ts';

const ANY_TEXT = 'any text';

/** The format inside of defaults and nulls, made where it was not used before. */
function inner(format: z.ZodType): z.ZodType {
  if (format instanceof z.ZodLazy) return inner(format.unwrap() as z.ZodType);
  const { innerType } = format.def as { innerType?: z.ZodType };
  return innerType && !(format instanceof z.ZodObject) ? inner(innerType) : format;
}

/**
 * A value of a format, with every field, and one element in every list and record.
 * @param change made to every object for which the format names the fields
 */
function fullValue(format: z.ZodType, change = (fields: object): object => fields): unknown {
  const full = (part: unknown) => fullValue(part as z.ZodType, change);
  const each = inner(format);
  if (each instanceof z.ZodObject) {
    const fields = Object.entries(each.shape).map(([key, field]) => [key, full(field)]);
    return change(Object.fromEntries(fields));
  }
  if (each instanceof z.ZodRecord) return { '7': full(each.valueType) };
  if (each instanceof z.ZodArray) {
    const lengths = (each.def.checks ?? []).map(({ _zod }) => (_zod.def as { length?: number }).length);
    return Array.from({ length: lengths[0] ?? 1 }, () => full(each.element));
  }
  if (each instanceof z.ZodTuple) return each.def.items.map(full);
  if (each instanceof z.ZodEnum) return each.options[0];
  if (each instanceof z.ZodNumber) return 7;
  if (each instanceof z.ZodString) return ANY_TEXT;
  if (each instanceof z.ZodBoolean) return true;
  if (each instanceof z.ZodUnknown) return { seven: 7 };
  throw new Error(`no value for ${each.def.type}`);
}

/** Every format of an object in a format, at any depth. */
function objectFormatsIn(format: z.ZodType): z.ZodObject[] {
  const each = inner(format);
  if (each instanceof z.ZodRecord) return objectFormatsIn(each.valueType as z.ZodType);
  if (each instanceof z.ZodArray) return objectFormatsIn(each.element as z.ZodType);
  if (!(each instanceof z.ZodObject)) return [];
  return [each, ...Object.values(each.shape).flatMap((field) => objectFormatsIn(field as z.ZodType))];
}

const nameOf = (format: z.ZodType) => Object.keys((inner(format) as z.ZodObject).shape).join(', ');
// Making one declares those inside it, which the iteration then meets too.
const formats = Array.from(storedFormats, (format) => [nameOf(format), format] as const);

describe('Stored formats', () => {
  test('Every feed that calls AliExpress has declared its formats', () => {
    // The head, a chunk, an entry, the pacing, the status of a feed, and at least the state of each of six feeds.
    expect(Object.keys(feedEngines).length).toBeGreaterThan(6);
    expect(formats.length).toBeGreaterThan(12);
  });

  test.each(['lib/feeds/', 'lib/budget/', 'lib/engine/'])(
    'What is stored under %s has a stored format',
    (folder) => {
      const others = filesNamed('.ts')
        .filter((path) => path.startsWith(folder))
        .filter((path) => /z\s*\.(object|strictObject|looseObject)\(/.test(read(path)));
      expect(others).toEqual([]);
    },
  );

  test.each(formats)('An unknown field at any depth is kept: %s', (_, format) => {
    const value = fullValue(format, (fields) => ({ ...fields, addedLater: { by: ['another release'] } }));
    expect(format.parse(structuredClone(value))).toEqual(value);
  });

  test.each(formats)('A value is accepted without any one of its fields: %s', (_, format) => {
    for (const { shape } of objectFormatsIn(format)) {
      for (const key of Object.keys(shape)) {
        const value = fullValue(format, ({ [key as never]: _, ...fields }) => fields);
        expect({ without: key, ...format.safeParse(value) }).toMatchObject({ without: key, success: true });
      }
    }
  });

  test.each(formats)(
    'A word that another release has added does not make a value unreadable: %s',
    (_, format) => {
      const isWord = (part: unknown) => typeof part === 'string' && part !== ANY_TEXT;
      const value = JSON.stringify(fullValue(format), (_key, part) => (isWord(part) ? 'added later' : part));
      expect(format.safeParse(JSON.parse(value)).success).toBe(true);
    },
  );

  test.each(formats)('An empty object is accepted, and its fields get defaults: %s', (_, format) => {
    expect(format.safeParse({}).success).toBe(true);
  });
});

describe('Unknown fields', () => {
  const format = stored(() => ({
    dueAt: z.number().default(0),
    streams: z
      .record(
        z.string(),
        stored(() => ({ page: z.number().default(1) })),
      )
      .default({}),
    open: stored(() => ({ page: z.number().default(1) }))
      .nullable()
      .default(null),
  }));

  test('Unknown fields are kept where a value was built from scratch', () => {
    const before = { dueAt: 1, added: 2, streams: { a: { page: 1, added: 3 } }, open: { page: 4, added: 5 } };
    const after = { dueAt: 9, streams: { a: { page: 9 } }, open: { page: 9 } };
    expect(keepUnknown(format, before, after)).toEqual({
      dueAt: 9,
      added: 2,
      streams: { a: { page: 9, added: 3 } },
      open: { page: 9, added: 5 },
    });
  });

  test('A record that lost an entry does not get it back', () => {
    const before = { streams: { a: { page: 1 }, b: { page: 2 } } };
    const after = { dueAt: 0, streams: { b: { page: 2 } }, open: null };
    expect(keepUnknown(format, before, after)).toEqual(after);
  });

  test('A value that was null before, or is null now, is left as it is', () => {
    expect(keepUnknown(format, { open: null }, { open: { page: 1 } })).toEqual({ open: { page: 1 } });
    expect(keepUnknown(format, { open: { added: 1 } }, { open: null })).toEqual({ open: null });
    expect(keepUnknown(format, undefined, { dueAt: 1 })).toEqual({ dueAt: 1 });
  });

  test('An unknown field that was changed on purpose is not set back', () => {
    expect(keepUnknown(format, { added: 1 }, { added: 2 })).toEqual({ added: 2 });
  });

  test('A format is made at its first use, and only then', () => {
    let made = 0;
    const counted = stored(() => {
      made += 1;
      return { dueAt: z.number().default(0) };
    });
    expect(made).toBe(0);
    for (let dueAt = 1; dueAt <= 3; dueAt += 1) keepUnknown(counted, { added: 1 }, counted.parse({ dueAt }));
    expect(made).toBe(1);
  });
});
