import fc from 'fast-check';
import { bytes, shorten, units } from '../../lib/pack/shorten.ts';
import { anyText } from '../support/any-text.ts';

describe('Shortened text', () => {
  const cases = fc.tuple(anyText, fc.integer({ min: 3, max: 400 }), fc.constantFrom(bytes, units));

  test('A shortened text is within its limit', () => {
    fc.assert(
      fc.property(cases, ([text, max, measure]) => {
        expect(measure(shorten(text.toWellFormed(), max, measure))).toBeLessThanOrEqual(max);
      }),
    );
  });

  test('A shortened text has the same beginning and ends with an ellipsis', () => {
    fc.assert(
      fc.property(cases, ([text, max, measure]) => {
        const whole = text.toWellFormed();
        const short = shorten(whole, max, measure);
        expect(short === whole || (short.endsWith('…') && whole.startsWith(short.slice(0, -1)))).toBe(true);
      }),
    );
  });

  test('A text is cut between characters, never inside one', () => {
    const segments = (text: string) =>
      [...new Intl.Segmenter('en').segment(text)].map(({ segment }) => segment);
    fc.assert(
      fc.property(cases, ([text, max, measure]) => {
        const whole = text.toWellFormed();
        const short = shorten(whole, max, measure);
        if (short === whole) return;
        const kept = segments(short.slice(0, -1));
        expect(segments(whole).slice(0, kept.length)).toEqual(kept);
      }),
    );
  });

  test('A shortened text keeps as much as fits', () => {
    expect(shorten('订单订单订', 12, bytes)).toBe('订单订…');
    expect(shorten('订单订单', 11, bytes)).toBe('订单…');
    expect(shorten('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 13, units)).toBe('👩‍👩‍👧‍👦…');
  });

  test('A shortened text has no space before its ellipsis', () => {
    expect(shorten('ab cd', 4, units)).toBe('ab…');
  });
});
