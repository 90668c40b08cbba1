import { readCsv } from '../../sandbox/arrivals.ts';

describe('A CSV file', () => {
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
    ['line ends in cells', '"a\r\nb",c\r\n', [['a\r\nb', 'c']]],
    ['the mark at its beginning', '\ufeffa\r\n', [['a']]],
    [
      'an open last line',
      'a,b\r\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['nothing', '', []],
  ])('is read with %s', (_, text, rows) => {
    expect(readCsv(text)).toEqual(rows);
  });

  test('that is none is not read', () => {
    expect(() => readCsv('a"b,c\r\n')).toThrow('no CSV');
  });
});
