import { classify } from '../../lib/channels/answer.ts';
import { pager } from '../support/messages.ts';
import { answered } from '../support/scripted-transport.ts';

const outcomeOf = (body: unknown, status?: number) => classify(pager, answered(body, status));

describe('Classification of an answer', () => {
  test('A code with one meaning decides alone', () => {
    expect(outcomeOf({ code: 0 })).toMatchObject({ is: 'delivered' });
  });

  test('The text decides when one code has several meanings', () => {
    expect(outcomeOf({ code: 1, text: 'please slow down' })).toMatchObject({ is: 'busy' });
    expect(outcomeOf({ code: 1, text: 'what is this' })).toMatchObject({
      is: 'message',
      reason: 'bad_format',
    });
  });

  test('A known code decides although HTTP reports a bad request', () => {
    expect(outcomeOf({ code: 1, text: 'please slow down' }, 400)).toMatchObject({ is: 'busy' });
  });

  test('An unknown code is a refusal for an unknown reason', () => {
    expect(outcomeOf({ code: 99 })).toEqual({ is: 'message', reason: 'unknown', code: '99' });
  });

  test.each([404, 410])('HTTP %i without a code means that the address is dead', (status) => {
    expect(outcomeOf('<html></html>', status)).toEqual({ is: 'address', code: String(status) });
  });

  test('HTTP 400 without a code is a refusal', () => {
    expect(outcomeOf('', 400)).toEqual({ is: 'message', reason: 'unknown', code: '400' });
  });

  test('HTTP 429 means busy although the code says otherwise', () => {
    expect(outcomeOf({ code: 1 }, 429)).toEqual({ is: 'busy', code: '1' });
  });

  test('HTTP 429 keeps the pause that the code asks for', () => {
    expect(outcomeOf({ code: 4 }, 429)).toMatchObject({ is: 'busy', pauseMs: 600_000 });
  });

  test.each([301, 302, 307, 503])('HTTP %i means that the message was not delivered', (status) => {
    expect(outcomeOf({ code: 0 }, status)).toMatchObject({ is: 'unreachable' });
  });

  test.each([500, 502, 504])('HTTP %i leaves open whether the message was delivered', (status) => {
    expect(outcomeOf({ code: 0 }, status)).toMatchObject({ is: 'unknown' });
  });

  test.each([
    ['no code', { text: 'ok' }],
    ['a code that is no number', { code: '0' }],
    ['nothing', ''],
    ['a page', '<html>Hello</html>'],
    ['JSON that is no object', 'null'],
  ])('HTTP 200 with %s leaves open whether the message was delivered', (_, body) => {
    expect(outcomeOf(body)).toMatchObject({ is: 'unknown' });
  });

  test('HTTP 403 is a refusal although the code reports success', () => {
    expect(outcomeOf({ code: 0 }, 403)).toMatchObject({ is: 'message' });
  });
});
