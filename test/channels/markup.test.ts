import fc from 'fast-check';
import { parseText, renderText } from '../../lib/channels/markup.ts';
import { pager } from '../support/messages.ts';

const rendered = (text: string) => renderText(parseText(text), pager.markup);

describe('Markup of a message', () => {
  test.each([
    ['bold', '**Amount** 12.50', '<b>Amount</b> 12.50'],
    ['bold in the middle of a line', 'now **50 %** off', 'now <b>50 %</b> off'],
    ['italic', '_Beijing time_', '<i>Beijing time</i>'],
    ['two lines', 'one\ntwo', 'one<br>two'],
    ['an empty line', 'one\n\ntwo', 'one<br><br>two'],
  ])('Text with %s is written in the markup of the channel', (_, text, expected) => {
    expect(rendered(text)).toBe(expected);
  });

  test.each([
    'snake_case_name',
    '2 * 3 ** 4',
    '** not bold**',
    '****',
    '[refund here](https://evil.example)',
    '![x](https://evil.example/a.png)',
    '# heading',
    'https://evil.example',
    '__init__',
  ])('The text %j has no markup and stays as it is', (text) => {
    expect(rendered(text)).toBe(text);
  });

  test.each([
    ['\\*\\*5\\*\\* stars', '**5** stars'],
    ['\\_x\\_', '_x_'],
    ['**a\\*b**', '<b>a*b</b>'],
    ['C:\\Users', 'C:\\Users'],
    ['\\\\*', '\\*'],
  ])('A backslash makes the next mark literal: %j', (text, expected) => {
    expect(rendered(text)).toBe(expected);
  });

  test('Marks of the channel are escaped inside bold text too', () => {
    expect(rendered('**a<b** <c>')).toBe('<b>a\\<b</b> \\<c\\>');
  });

  test('Blanks at the start of a line are dropped', () => {
    expect(rendered('a\n    b')).toBe('a<br>b');
  });

  test('Texts of nothing but marks are rendered, however long', () => {
    for (const text of ['**'.repeat(50_000), '_'.repeat(100_000), '**a'.repeat(30_000), '\\'.repeat(100_000)])
      expect(rendered(text).length).toBeGreaterThan(0);
  });

  test('No character but marks and backslashes is lost', () => {
    const withoutMarks = (text: string) => text.replace(/[*_\\\n\s]/gu, '');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '*', '_', '\\', '\n', '订', '.') }), (text) => {
        const shown = parseText(text).map((span) => (span.style === 'break' ? '' : span.text));
        expect(withoutMarks(shown.join(''))).toBe(withoutMarks(text));
      }),
    );
  });
});
