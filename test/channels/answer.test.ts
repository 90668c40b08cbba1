import { classify } from '../../lib/channels/answer.ts';
import { pager } from '../support/messages.ts';
import { answered } from '../support/scripted-transport.ts';

const outcomeOf = (body: unknown, status?: number) => classify(pager, answered(body, status));

describe('The outcome of a message', () => {
  test('is read from the code when the code alone decides', () => {
    expect(outcomeOf({ code: 0 })).toMatchObject({ is: 'delivered' });
  });

  test('is read from the text where one code has several meanings', () => {
    expect(outcomeOf({ code: 1, text: 'please slow down' })).toMatchObject({ is: 'busy' });
    expect(outcomeOf({ code: 1, text: 'what is this' })).toMatchObject({
      is: 'message',
      reason: 'bad_format',
    });
  });

  test('is read from the code even when HTTP says that the request was bad', () => {
    expect(outcomeOf({ code: 1, text: 'please slow down' }, 400)).toMatchObject({ is: 'busy' });
  });

  test('is a refusal for an unknown reason when no rule knows the code', () => {
    expect(outcomeOf({ code: 99 })).toEqual({ is: 'message', reason: 'unknown', code: '99' });
  });

  test.each([404, 410])('is a dead address when HTTP %i is all there is', (status) => {
    expect(outcomeOf('<html></html>', status)).toEqual({ is: 'address', code: String(status) });
  });

  test('is a refusal when HTTP 400 comes without a code', () => {
    expect(outcomeOf('', 400)).toEqual({ is: 'message', reason: 'unknown', code: '400' });
  });

  test('is busy when HTTP 429 comes without a rule that says so', () => {
    expect(outcomeOf({ code: 1 }, 429)).toEqual({ is: 'busy', code: '1' });
  });

  test('keeps the pause of the rule when HTTP 429 comes with it', () => {
    expect(outcomeOf({ code: 4 }, 429)).toMatchObject({ is: 'busy', pauseMs: 600_000 });
  });

  test.each([301, 302, 307, 503])('is not delivered after HTTP %i', (status) => {
    expect(outcomeOf({ code: 0 }, status)).toMatchObject({ is: 'unreachable' });
  });

  test.each([500, 502, 504])(
    'is unknown after HTTP %i, because a server may fail after its work',
    (status) => {
      expect(outcomeOf({ code: 0 }, status)).toMatchObject({ is: 'unknown' });
    },
  );

  test.each([
    ['no code', { text: 'ok' }],
    ['a code that is no number', { code: '0' }],
    ['nothing', ''],
    ['a page', '<html>Hello</html>'],
    ['JSON that is no object', 'null'],
  ])('is unknown when HTTP 200 comes with %s', (_, body) => {
    expect(outcomeOf(body)).toMatchObject({ is: 'unknown' });
  });

  test('is not delivered when a code of success comes with HTTP 403', () => {
    expect(outcomeOf({ code: 0 }, 403)).toMatchObject({ is: 'message' });
  });
});
