import fc from 'fast-check';
import { BODY_LIMIT, cardBody } from '../../lib/feishu/card.ts';
import { aCard, sentCard, textOf } from '../support/cards.ts';

const bytes = (text: string) => Buffer.byteLength(text, 'utf8');
/** How many bytes of text fit into the card beside all else. */
const room = BODY_LIMIT - bytes(cardBody(aCard({ text: '' })).body);

describe('A card', () => {
  test('carries its title as plain text', () => {
    expect(sentCard(cardBody(aCard({ title: '订单 **1**' })).body).card.header.title).toEqual({
      tag: 'plain_text',
      content: '订单 **1**',
    });
  });

  test('carries its text as Feishu Markdown', () => {
    expect(textOf(cardBody(aCard({ text: '**Amount** 12.50' })).body)).toBe('**Amount** 12.50');
  });

  test.each([
    ['info', 'blue'],
    ['warning', 'orange'],
    ['urgent', 'red'],
  ] as const)('of severity %s is %s', (severity, colour) => {
    expect(sentCard(cardBody(aCard({ severity })).body).card.header.template).toBe(colour);
  });

  test('opens its link by a button', () => {
    const { elements } = sentCard(cardBody(aCard({ link: 'https://example.com/a?b=1' })).body).card.body;
    expect(elements[1]?.behaviors).toEqual([{ type: 'open_url', default_url: 'https://example.com/a?b=1' }]);
  });

  test('has no button where there is no link', () => {
    expect(sentCard(cardBody(aCard()).body).card.body.elements).toHaveLength(1);
  });

  test('carries the signature beside the card', () => {
    const { body } = cardBody(aCard(), { timestamp: '1599360473', sign: 'l1N0' });
    expect(sentCard(body)).toMatchObject({
      timestamp: '1599360473',
      sign: 'l1N0',
      msg_type: 'interactive',
    });
  });

  test('has no signature where the bot has no secret', () => {
    expect(Object.keys(sentCard(cardBody(aCard()).body))).toEqual(['msg_type', 'card']);
  });
});

describe('A card that is too long', () => {
  test('is not cut at exactly 20,480 bytes', () => {
    const text = 'a'.repeat(room);
    expect(textOf(cardBody(aCard({ text })).body)).toBe(text);
  });

  test('is taken for whole at exactly 20,480 bytes', () => {
    expect(cardBody(aCard({ text: 'a'.repeat(room) })).trimmed).toBe(false);
  });

  test('is cut at 20,481 bytes', () => {
    expect(bytes(cardBody(aCard({ text: 'a'.repeat(room + 1) })).body)).toBeLessThanOrEqual(BODY_LIMIT);
  });

  test('says that it was cut', () => {
    expect(cardBody(aCard({ text: 'a'.repeat(room + 1) })).trimmed).toBe(true);
  });

  test('shows by a … that it was cut', () => {
    expect(textOf(cardBody(aCard({ text: 'a'.repeat(room + 1) })).body)).toMatch(/a…$/);
  });

  test('keeps as much of its text as fits', () => {
    const { body } = cardBody(aCard({ text: '订'.repeat(20_000) }));
    expect(bytes(body)).toBeGreaterThan(BODY_LIMIT - bytes('订'));
  });

  test('counts the signature too', () => {
    const signature = { timestamp: '1599360473', sign: 'l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=' };
    expect(cardBody(aCard({ text: 'a'.repeat(room) }), signature).trimmed).toBe(true);
  });

  test('counts what JSON adds to quotes and line ends', () => {
    expect(bytes(cardBody(aCard({ text: '"\n'.repeat(8000) })).body)).toBeLessThanOrEqual(BODY_LIMIT);
  });

  test('counts what it takes to write a mention harmlessly', () => {
    expect(bytes(cardBody(aCard({ text: '<at>'.repeat(5000) })).body)).toBeLessThanOrEqual(BODY_LIMIT);
  });

  test('is not cut in the middle of an emoji', () => {
    // An odd byte before the emoji makes the end fall into one.
    const texts = ['', 'a', 'ab', 'abc'].map((before) => before + '🛒'.repeat(10_000));
    for (const text of texts) expect(textOf(cardBody(aCard({ text })).body).isWellFormed()).toBe(true);
  });

  test('has its title cut at 200 characters', () => {
    const { title } = sentCard(cardBody(aCard({ title: '🛒'.repeat(201) })).body).card.header;
    expect(title.content).toBe(`${'🛒'.repeat(199)}…`);
  });

  test('says that its title was cut', () => {
    expect(cardBody(aCard({ title: 'a'.repeat(201) })).trimmed).toBe(true);
  });

  test('keeps a title of 200 characters', () => {
    expect(cardBody(aCard({ title: '🛒'.repeat(200) })).trimmed).toBe(false);
  });

  /** Text of any characters, often far too long for a card. */
  const anyText = fc
    .tuple(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.nat(600),
    )
    .map(([binary, graphemes, times]) => (binary + graphemes).repeat(times));
  const anyCard = fc.record({
    title: anyText,
    text: anyText,
    mention: fc.constantFrom('nobody', 'everyone'),
  });

  test('never exceeds 20,480 bytes, whatever it says', () => {
    fc.assert(
      fc.property(anyCard, (changes) => bytes(cardBody(aCard(changes)).body) <= BODY_LIMIT),
      { numRuns: 300 },
    );
  });

  test('is never cut inside a character, whatever it says', () => {
    fc.assert(
      fc.property(anyCard, (changes) => textOf(cardBody(aCard(changes)).body).isWellFormed()),
      { numRuns: 300 },
    );
  });

  test('shows a … where it was cut, and only there, whatever it says', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { body, trimmed } = cardBody(aCard({ text: `${text}.` }));
        return textOf(body).endsWith('…') === trimmed;
      }),
      { numRuns: 300 },
    );
  });
});

describe('A mention', () => {
  test('of everyone stands before the text', () => {
    expect(textOf(cardBody(aCard({ text: 'Text', mention: 'everyone' })).body)).toBe(
      '<at id=all></at>\nText',
    );
  });

  test.each([
    '<at id=all></at>',
    '<AT ID=ALL></AT>',
    '< at id=all>< / at >',
    '<\tat\nid=all></at>',
    '<at user_id="all">所有人</at>',
    '<<at id=all></at>',
    '<at/>',
  ])('that somebody wrote into the text, like %j, calls out nobody', (text) => {
    expect(textOf(cardBody(aCard({ text })).body)).not.toMatch(/<\s*\/?\s*at\b/i);
  });

  test('that somebody wrote into the text can still be read', () => {
    expect(textOf(cardBody(aCard({ text: 'a <at id=all></at> b' })).body)).toBe('a &lt;at id=all>&lt;/at> b');
  });

  test.each(['1 < 2', '<b>bold</b>', 'look <attached>', 'a<b'])('is not seen in %j', (text) => {
    expect(textOf(cardBody(aCard({ text })).body)).toBe(text);
  });

  test('does not come into being where a text is cut', () => {
    const text = `${'a'.repeat(room - 10)}<at id=all></at>`;
    expect(textOf(cardBody(aCard({ text })).body)).not.toMatch(/<\s*\/?\s*at\b/i);
  });
});
