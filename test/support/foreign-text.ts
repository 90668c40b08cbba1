/** Texts of buyers and shops that try to bring markup into a message, and the search for markup that came through. */

import fc from 'fast-check';
import { lexer, type Token } from 'marked';

export const HOSTILE_TEXTS = [
  '[refund here](https://evil.example)',
  '[call](dtmd://dingtalkclient/sendMessage?content=1)',
  '![x](https://evil.example/a.png)',
  '<a href="https://evil.example">refund</a>',
  '<font color=red>red</font>',
  '<person id=ou_1></person>',
  '<at id=all></at>',
  '&lt;at id=all&gt;',
  'https://evil.example',
  'www.evil.example',
  '1www.evil.example',
  'buyer@evil.example',
  '@all',
  '[1]: https://evil.example',
  '# heading',
  'heading\n===',
  'heading\n---',
  '- item',
  '1. item',
  '> quote',
  '```\ncode\n```',
  '    code',
  '`code`',
  '~~struck~~',
  '| a | b |\n|---|---|\n| 1 | 2 |',
  ':DONE:',
  '\\[x](https://evil.example)',
  'line\n**Stars** 5',
  '**Stars** 5',
  '_x_',
  '*x*',
  '==x==',
  '=1+1',
  'red;=1+1',
  'x\t=1+1',
  '"\n=HYPERLINK("https://evil.example")',
  '{{ticket.id}}',
  '{{bundle.authData.access_token}}',
  '<@U123>',
  '<!channel>',
  '@everyone',
  '+1',
  'a |\n-|-',
];

/** Every combination of such texts and of their parts. */
export const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...HOSTILE_TEXTS, ...'\n *_\\/.:&', 'https:', 'www.', '\u200b', '\u00a0', '\ud800'),
      fc.string({ maxLength: 8 }),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

const HARMLESS = ['paragraph', 'text', 'space', 'br', 'strong', 'em'];

const typesOf = (tokens: readonly Token[]): string[] =>
  tokens.flatMap((token) => [token.type, ...('tokens' in token ? typesOf(token.tokens ?? []) : [])]);

/** Types of the tokens that are neither text nor emphasis in GitHub's dialect of Markdown. */
export const markupIn = (markdown: string): string[] =>
  typesOf(lexer(markdown, { gfm: true, breaks: true })).filter((type) => !HARMLESS.includes(type));
