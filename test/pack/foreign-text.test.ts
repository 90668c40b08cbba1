import { cleanText, literalText } from '../../lib/pack/foreign-text.ts';

describe('Foreign text', () => {
  test.each([
    ['[refund here](https://evil.example)', '［refund here］(https：//evil．example)'],
    ['<a href="https://evil.example">', '＜a href="https：//evil．example">'],
    ['<person id=ou_1></person>', '＜person id=ou_1>＜/person>'],
    ['**Stars** 5', '＊＊Stars＊＊ 5'],
    ['a _b_ c', 'a ＿b＿ c'],
    ['`code` ~~old~~', '｀code｀ ～～old～～'],
    ['a | b', 'a ｜ b'],
    ['@all <@U123>', '＠all ＜＠U123>'],
    ['me@evil.example', 'me＠evil．example'],
    ['#general', '＃general'],
    [':DONE: :+1:', '：DONE: ：+1:'],
    ['&lt;at&gt;', '＆lt;at＆gt;'],
    ['{{ticket.id}}', '｛{ticket．id}}'],
    ['a\\', 'a＼'],
    ['= 1', '＝ 1'],
    ['=1+1', '＝1+1'],
    ['- item', '－ item'],
    ['> quote', '＞ quote'],
    ['1. item', '1． item'],
    ['2) item', '2） item'],
    ['WWW.evil', 'WWW．evil'],
    ['❤.ws/pay', '❤．ws/pay'],
    ['exam\u200b.com', 'exam\u200b．com'],
    ['1.2.3.4/pay', '1．2.3.4/pay'],
  ])('What is live in %j looks alike and means nothing', (text, shown) => {
    expect(literalText(text)).toBe(shown);
  });

  test.each([
    'Laptop Stand (Aluminium), 15.6" – 5 x 7 cm & more!',
    'SKU_A_1',
    'e.g. 12:30:45, 3 > 2, 50% + 1 = AT&T',
    'It costs $5.99; ratio 3:2',
    '质量很好，物流快。👍',
    'Version 1.2.3 ... 2.5',
  ])('The ordinary text %j stays as it is', (text) => {
    expect(literalText(text)).toBe(text);
  });

  test('Foreign text is one line', () => {
    expect(literalText('Bad\r\n\u2028 **Stars** 5\n')).toBe('Bad ＊＊Stars＊＊ 5');
  });

  test('A text that is literal already stays as it is', () => {
    const shown = literalText('**[a](https://b.example)** @all');
    expect(literalText(shown)).toBe(shown);
  });
});

describe('Cleaning of a text', () => {
  test.each([
    ['control characters', 'a\u0000b\u001bc\u007fd', 'abcd'],
    ['marks that turn the direction of writing', 'a\u202eb\u2066c', 'abc'],
    ['blanks around it', ' \n a \n', 'a'],
  ])('Cleaning removes %s', (_, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  test.each(['a\r\nb', 'a\rb', 'a\u2028b', 'a\u0085b'])('Cleaning keeps the lines of %j', (text) => {
    expect(cleanText(text)).toBe('a\nb');
  });

  test('Cleaning keeps tabs, emoji and Chinese', () => {
    expect(cleanText('a\t👩‍👩‍👧 买家')).toBe('a\t👩‍👩‍👧 买家');
  });

  test('Cleaning replaces half characters', () => {
    expect(cleanText('a\ud83d b').isWellFormed()).toBe(true);
  });
});
