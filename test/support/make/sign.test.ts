/**
 * AliExpress's signature as an expression of IML, against known answers: A and B are of its own documentation, E is of
 * public code. [facts/aliexpress-api.md §2.4, facts/make.md §2.3]
 */

import { fixedClock } from '../fixed-clock.ts';
import vectors from '../sign-vectors.json' with { type: 'json' };
import { advancingClock } from './advancing-clock.ts';
import { evaluate, render } from './iml.ts';
import type { Collection } from './value.ts';

const environment = { clock: fixedClock(1517820392000) };

const vector = (letter: string): { path: string; secret: string; params: Collection; sign: string } => {
  const found = vectors.find(({ title }) => new RegExp(`^vector ${letter}\\b`).test(title));
  if (!found) throw new Error(`there is no vector ${letter}`);
  return { ...found, params: { ...found.params } };
};

/** One expression with the keys in order, as an app would carry it. */
function signing(path: string, params: Collection): string {
  const parts = Object.keys(params)
    .sort()
    .map((key) => `'${key}' + toString(p.${key})`);
  const base = [...(path === '' ? [] : [`'${path}'`]), ...parts].join(' + ');
  return `{{upper(sha256(${base}, 'hex', connection.appSecret))}}`;
}

test.each(['A', 'B', 'E'])('vector %s is reproduced by one expression', (letter) => {
  const { path, params, secret, sign } = vector(letter);
  const context = { p: params, connection: { appSecret: secret } };
  expect(evaluate(signing(path, params), context, environment)).toBe(sign);
});

test.each(['A', 'B', 'E'])('vector %s is not reproduced with two keys exchanged', (letter) => {
  const { path, params, secret, sign } = vector(letter);
  const written = signing(path, params);
  const [, first = '', second = ''] =
    /('[a-z_]+' \+ toString\(p\.\w+\)) \+ ('[a-z_]+' \+ toString\(p\.\w+\))/.exec(written) ?? [];
  const exchanged = written.replace(`${first} + ${second}`, `${second} + ${first}`);
  const context = { p: params, connection: { appSecret: secret } };
  expect(evaluate(exchanged, context, environment)).not.toBe(sign);
});

test('vector A is reproduced as the facts write it, with the timestamp taken from temp', () => {
  const { params, secret, sign } = vector('A');
  const temp = render({ ts: "{{formatDate(now, 'x')}}", code: params.code }, {}, environment);
  const context = { temp, parameters: { appKey: params.app_key, appSecret: secret }, common: {} };
  const written =
    "{{upper(sha256('/auth/token/create' + 'app_key' + toString(ifempty(parameters.appKey, common.appKey)) + 'code' + " +
    "toString(temp.code) + 'sign_methodsha256' + 'timestamp' + toString(temp.ts), 'hex', " +
    'ifempty(parameters.appSecret, common.appSecret)))}}';
  expect(evaluate(written, context, environment)).toBe(sign);
});

test('vector A is reproduced by sorting pairs', () => {
  const { path, params, secret, sign } = vector('A');
  const pairs = Object.entries(params)
    .reverse()
    .map(([k, v]) => ({ k, s: `${k}${v}` }));
  const written = `{{upper(sha256('${path}' + join(map(sort(pairs, 'asc', 'k'), 's'), ''), 'hex', secret))}}`;
  expect(evaluate(written, { pairs, secret }, environment)).toBe(sign);
});

test('a parameter that is absent vanishes from the text that is signed', () => {
  const written = "{{'a' + toString(p.a) + if(p.b, 'b' + toString(p.b), '') + 'c' + toString(p.c)}}";
  expect(evaluate(written, { p: { a: 1, c: 3 } }, environment)).toBe('a1c3');
});

test('now in a parameter and now in its signature are two times', () => {
  const clock = advancingClock('2026-11-21T10:05:00Z', 1);
  const sent = render(
    {
      timestamp: "{{formatDate(now, 'x')}}",
      sign: "{{sha256('timestamp' + formatDate(now, 'x'), 'hex', 'k')}}",
    },
    {},
    { clock },
  );
  const expected = "{{sha256('timestamp' + toString(sent.timestamp), 'hex', 'k')}}";
  expect(evaluate('{{sent.sign}}', { sent }, environment)).not.toBe(
    evaluate(expected, { sent }, environment),
  );
});
