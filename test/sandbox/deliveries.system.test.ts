import { readCsv } from '../../sandbox/deliveries.ts';

describe('CSV reader', () => {
  test.each<[string, string, string[][]]>([
    [
      'plain cells',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'empty cells',
      ',\r\n,\r\n',
      [
        ['', ''],
        ['', ''],
      ],
    ],
    ['quoted cells', '"a,b","c""d"\r\n', [['a,b', 'c"d']]],
    ['line breaks inside cells', '"a\r\nb",c\r\n', [['a\r\nb', 'c']]],
    ['a byte order mark', '\ufeffa\r\n', [['a']]],
    [
      'no line break at the end',
      'a,b\r\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['no content', '', []],
  ])('A CSV file with %s is read', (_, text, rows) => {
    expect(readCsv(text)).toEqual(rows);
  });

  test('A text that is not CSV is rejected', () => {
    expect(() => readCsv('a"b,c\r\n')).toThrow('not CSV');
  });
});
