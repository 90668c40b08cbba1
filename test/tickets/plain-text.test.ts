import { withoutMarkdown } from '../../lib/tickets/plain-text.ts';

test.each([
  ['bold words', 'a **very** good one', 'a very good one'],
  ['a bold line', '**Order**\ntext', 'Order\ntext'],
  ['words in italics', 'a *very* _good_ one', 'a very good one'],
  ['underlined words', '__Note__: later', 'Note: later'],
  ['struck-out words', '~~old~~ new', 'old new'],
  ['a heading', '## Order\ntext', 'Order\ntext'],
  ['a quotation', '> he said', 'he said'],
  ['code', 'the SKU `A-1`', 'the SKU A-1'],
  ['a block of code', '```js\nx = 1\n```\nend', 'x = 1\nend'],
  ['a link', '[Open](https://example.com/1)', 'Open (https://example.com/1)'],
  ['an image', '![bag](https://example.com/1.jpg)', 'bag (https://example.com/1.jpg)'],
  ['a bare link', 'see <https://example.com/1>', 'see https://example.com/1'],
  ['a mention of Feishu', 'hello <at id=all></at>', 'hello '],
  ['a colored word of Feishu', "<font color='red'>late</font>", 'late'],
  ['an escaped mark', 'not \\*bold\\*', 'not *bold*'],
])('Plain text of %s has no marks', (_, markdown, plain) => {
  expect(withoutMarkdown(markdown)).toBe(plain);
});

test.each([
  ['a label', '**Amount** 23.50 USD', 'Amount: 23.50 USD'],
  ['a label in Chinese', '**金额** 23.50 USD', '金额：23.50 USD'],
  ['a label with a unit', '**清关滞留（小时）** 52', '清关滞留（小时）：52'],
  ['a label with its own colon', '**Amount:** 23.50 USD', 'Amount: 23.50 USD'],
  ['each label', '**Order** 12\n**店铺** Tote', 'Order: 12\n店铺：Tote'],
])('Plain text of %s has one colon before the value', (_, markdown, plain) => {
  expect(withoutMarkdown(markdown)).toBe(plain);
});

test.each([
  ['a multiplication', '2*3*4 m'],
  ['a name with underscores', 'WAIT_SELLER_SEND_GOODS'],
  ['underscores between Chinese characters', '中_文_字'],
  ['a lone star', 'rated 5*'],
  ['a comparison', 'a < b and b > c'],
  ['brackets', '[new] bag (blue)'],
  ['a list', '- one\n- two'],
  ['a number sign', 'order #12'],
])('Plain text keeps %s', (_, text) => {
  expect(withoutMarkdown(text)).toBe(text);
});
