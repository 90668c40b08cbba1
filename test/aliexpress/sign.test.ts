/** The known answers of docs/aliexpress.md#signature-test-vectors. F and G are computed, the others published. */

import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { sign } from '../../lib/aliexpress/sign.ts';
import vectors from '../support/sign-vectors.json' with { type: 'json' };

test.each(vectors)('The signature of $title is reproduced', ({ params, secret, path, sign: expected }) => {
  expect(sign(params as unknown as Record<string, string>, secret, path)).toBe(expected);
});

// Vector D, of the GetOrder page (article 120693), contradicts itself: its step 4 puts "/orders/{orderId}" in
// front, and its step 5 prints "sha256(" where HMAC is meant. Its result comes out with "/order/get" alone.
test('Vector D of the docs is reproduced with the path /order/get and no other', () => {
  const params = {
    access_token: 'test',
    app_key: '123456',
    order_id: '1234',
    sign_method: 'sha256',
    timestamp: '1517820392000',
  };
  const paths = ['', '/order/get', '/orders/{orderId}', '/orders/1234', '/orders/get'];
  const published = '4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A';
  expect(paths.filter((path) => sign(params, 'helloworld', path) === published)).toEqual(['/order/get']);
});

test('Keys are sorted by their bytes: an underscore stands between capitals and small letters', () => {
  const expected = createHmac('sha256', 'secret')
    .update('Zoo5bar2foo1foo_bar3foobar4')
    .digest('hex')
    .toUpperCase();
  expect(sign({ foobar: '4', foo: '1', Zoo: '5', foo_bar: '3', bar: '2' }, 'secret')).toBe(expected);
});

test('A signature does not depend on the order of the parameters', () => {
  const entries = fc.uniqueArray(fc.tuple(fc.string(), fc.string()), {
    selector: ([key]) => key,
    minLength: 1,
  });
  const twoOrders = entries.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  fc.assert(
    fc.property(twoOrders, ([one, other]) => {
      expect(sign(Object.fromEntries(one), 'secret')).toBe(sign(Object.fromEntries(other), 'secret'));
    }),
  );
});

test('A signature depends on every value', () => {
  expect(sign({ app_key: '1', code: 'a' }, 'secret')).not.toBe(sign({ app_key: '1', code: 'b' }, 'secret'));
});
