import { isSignedPush, readPush, signPush } from '../../lib/aliexpress/push.ts';

const BODY = Buffer.from(
  '{"data":{"buyerId":1861703697,"orderId":1105933950463697,"orderStatus":"paymentFailedEvent"},"message_type":53,"seller_id":"1234","site":"ae_global","timestamp":1719389200}',
);
const app = { appKey: '12345678', appSecret: 'helloworld' };
const SIGNATURE = 'dea21ab43d2342828d8a222acf7fce499189aa3fc530c02f524580be1d91a1f8';

describe('Signature of a pushed message', () => {
  test('The signature covers the app key and the body as it was sent', () => {
    expect(signPush(app.appKey, app.appSecret, BODY)).toBe(SIGNATURE);
  });

  test.each([SIGNATURE, SIGNATURE.toUpperCase()])('The signature %s is accepted', (signature) => {
    expect(isSignedPush(app, BODY, signature)).toBe(true);
  });

  test.each(['', 'dea2', `${SIGNATURE}0`, SIGNATURE.replace('d', 'e'), '速卖通'])(
    'The signature "%s" is refused',
    (signature) => {
      expect(isSignedPush(app, BODY, signature)).toBe(false);
    },
  );
});

describe('Pushed message', () => {
  test.each([
    [0, 'test'],
    [18, 'parcels'],
    [53, 'orders'],
    [65, 'authorization'],
    [9999, 'unknown'],
  ])('A message of type %d is about %s', (type, topic) => {
    expect(readPush(`{"message_type":${type},"seller_id":"1234"}`)).toEqual({ seller: '1234', topic });
  });

  test('A seller ID that is a number keeps all its digits', () => {
    expect(readPush('{"message_type":53,"seller_id":22012345678901234567}')?.seller).toBe(
      '22012345678901234567',
    );
  });

  test.each(['', 'x', '[]', '{"message_type":53}', '{"seller_id":"1"}'])('"%s" is no message', (body) => {
    expect(readPush(body)).toBeUndefined();
  });
});
