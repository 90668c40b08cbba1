import { loadApp, type MakeApp } from '../../support/make/app.ts';
import { brokenApp } from './broken-app.ts';
import { checks } from './checks.ts';
import { FOLDER } from './folder.ts';

const app = loadApp(FOLDER);

test.each(Object.entries(checks))('%s', (_, findings) => {
  expect(findings(app)).toEqual([]);
});

describe('a mistake is found', () => {
  const check = (title: string, broken: MakeApp) => checks[title]?.(broken) ?? [];

  test('a timestamp that is taken twice', () => {
    const found = brokenApp('findOrder', (text) =>
      text.replace("'timestamp' + temp.ts", "'timestamp' + formatDate(now, 'x')"),
    );
    expect(check('the time of a signature is taken once', found)).toEqual(['findOrder, request 3']);
  });

  test('two keys of a signature that change places', () => {
    const found = brokenApp('findOrder', (text) =>
      text.replace(
        "'sign_method' + 'sha256' + 'simplify' + 'true'",
        "'simplify' + 'true' + 'sign_method' + 'sha256'",
      ),
    );
    expect(check('what is signed is sorted, and is exactly what is sent', found)).toEqual([
      'findOrder, request 3',
    ]);
  });

  test('a parameter that is sent and not signed', () => {
    const found = brokenApp('findOrder', (text) => text.replace("'simplify' + 'true' + ", ''));
    expect(check('what is signed is sorted, and is exactly what is sent', found)).toEqual([
      'findOrder, request 3',
    ]);
  });

  test('a call that nobody paid for', () => {
    const found = brokenApp('findOrder', (text) =>
      text.replace('{{common.redisUrl}}', '/elsewhere').replace('"EVAL"', '"EVAL","x"'),
    );
    expect(check('every call of AliExpress is paid for right before it', found)).toEqual([
      'findOrder, request 3',
    ]);
  });

  test.each(['request.body.session', 'request.body.sign', 'request.headers.authorization'])(
    'a secret that goes into a log: %s',
    (path) => {
      const found = brokenApp('findOrder', (text) => text.replaceAll(`"${path}"`, '"request.body.other"'));
      expect(check('no secret is in a log', found)).not.toEqual([]);
    },
  );
});
