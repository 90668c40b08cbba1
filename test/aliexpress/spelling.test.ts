import { countryNames } from '../../lib/aliexpress/countries.ts';
import { countryCode, idNumber, isSameParcel, trackingNumber } from '../../lib/aliexpress/spelling.ts';

describe('Spelling', () => {
  test.each([
    ['8201739405562817', '8201739405562817'],
    ['#8201739405562817', '8201739405562817'],
    ['No. 8201739405562817', '8201739405562817'],
    ['8201 7394 0556 2817', '8201739405562817'],
    ['８２０１７３９４', '82017394'],
    ['\u200b82017394\ufeff', '82017394'],
    ['order 82017394', 'order82017394'],
  ])('The order number %j is mended to %s', (given, mended) => {
    expect(idNumber(given)).toBe(mended);
  });

  test.each([
    ['lp00612345678901', 'LP00612345678901'],
    ['LP 0061 2345', 'LP00612345'],
    ['rr123-456es', 'RR123-456ES'],
  ])('The tracking number %j is mended to %s', (given, mended) => {
    expect(trackingNumber(given)).toBe(mended);
  });

  test('Two spellings name one parcel also with hyphens between groups', () => {
    expect(isSameParcel('rr-123 456 es', 'RR123456ES')).toBe(true);
    expect(isSameParcel('RR123456ES', 'RR123457ES')).toBe(false);
  });

  test.each([
    ['es', 'ES'],
    ['GB', 'UK'],
    ['gb', 'UK'],
    ['UK', 'UK'],
    ['rs', 'SRB'],
    ['XK', 'KS'],
    ['other', 'OTHER'],
    [' spain ', 'ES'],
    ['西班牙', 'ES'],
    ['zz', 'ZZ'],
  ])('The country %j is mended to %s', (given, mended) => {
    expect(countryCode(given)).toBe(mended);
  });

  test.each(Object.keys(countryNames))('The country code %s stays', (code) => {
    expect(countryCode(code)).toBe(code);
  });
});
