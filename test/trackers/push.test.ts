import { isSignedByTracker, updatedNumber } from '../../lib/trackers/seventeen-track/push.ts';

const KEY = '0123456789ABCDEF0123456789ABCDEF';
const STOPPED =
  '{"event":"TRACKING_STOPPED","data":{"number":"RR123456789CN","carrier":3011,"param":null,"tag":"8123456789012345"}}';
const UPDATED =
  '{"event":"TRACKING_UPDATED","data":{"number":"LP00612345678901","carrier":190271,"param":null,"tag":"8123456789012345","track_info":{"latest_status":{"status":"InTransit","sub_status":"InTransit_CustomsProcessing","sub_status_descr":null},"latest_event":{"description":"Held by customs – 清关中"}}}}';
/** Computed with OpenSSL. */
const vectors = [
  [STOPPED, '15831f1d42232b5fccd7d405dae0c676166a7858ea5f3dab0ee5db76b04322f3', 'RR123456789CN'],
  [UPDATED, '916b4b0fe950f45f5c80af7cd4fc51c04d7374a992ccc184be451770dfd86ed1', 'LP00612345678901'],
] as const;

describe('Message of 17TRACK', () => {
  test.each(vectors)('The signature of %s is right', (body, sign) => {
    expect(isSignedByTracker(KEY, Buffer.from(body), sign)).toBe(true);
  });

  test.each(vectors)('The message %s names its parcel', (body, _, number) => {
    expect(updatedNumber(body)).toBe(number);
  });

  test.each([
    ['another key', KEY.replace('0', '1'), STOPPED, vectors[0][1]],
    ['another body', KEY, `${STOPPED} `, vectors[0][1]],
    ['the signature of another message', KEY, STOPPED, vectors[1][1]],
    ['no signature', KEY, STOPPED, ''],
    ['half of the signature', KEY, STOPPED, vectors[0][1].slice(32)],
    ['text behind the signature', KEY, STOPPED, `${vectors[0][1]}zz`],
  ])('With %s a message is not signed', (_, key, body, sign) => {
    expect(isSignedByTracker(key, Buffer.from(body), sign)).toBe(false);
  });

  test.each([
    '',
    'null',
    '{}',
    '{"event":"TRACKING_UPDATED","data":{"number":5}}',
    '{"event":"OTHER","data":{"number":"RR123456789CN"}}',
    '{"event":"TRACKING_UPDATED","data":{"number":"../1"}}',
    JSON.stringify({ event: 'TRACKING_UPDATED', data: { number: 'X'.repeat(200_000) } }),
  ])('The body %j names no parcel', (body) => {
    expect(updatedNumber(body)).toBeUndefined();
  });
});
