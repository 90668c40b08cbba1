import { convert } from '../../../lib/aliexpress/convert.ts';
import { merchantProfile } from '../../../lib/aliexpress/methods/merchant-profile.ts';
import { shopHealth } from '../../../lib/aliexpress/methods/shop-health.ts';
import { answeredAt, exchangeOf } from '../../../lib/aliexpress/recorded/index.ts';
import { recordedItem } from '../../../lib/aliexpress/recorded/samples.ts';
import { shop } from '../../../lib/aliexpress/records/shop.ts';
import { readAnswer } from '../../support/read-answer.ts';

const PROFILE = exchangeOf(merchantProfile).response.body;
const HEALTH = exchangeOf(shopHealth).response.body;
const read = (profile: object, health?: object) =>
  convert(
    shop,
    {
      profile: readAnswer(merchantProfile, profile),
      ...(health && { diagnosis: readAnswer(shopHealth, health) }),
    },
    answeredAt(merchantProfile),
  );

describe('Record shop', () => {
  test('The sample of the shop has every field', () => {
    expect(recordedItem(shop)).toEqual({
      store_number: '911234567',
      shop_id: '2201234567890',
      shop_name: 'Harbor Lane Store',
      store_url: 'https://www.aliexpress.com/store/911234567',
      country_code: 'CN',
      is_posting_blocked: false,
      health_level: 100,
      health_name: 'average',
      health_name_zh: '一般',
      issue_count: 2,
      issue_url: 'https://gsp.aliexpress.com/apps/health',
    });
  });

  test('A shop is healthy at level 0', () => {
    const health = { response: { diagnosisResult: { level: { levelCode: 0 } } } };
    const { health_level, health_name } = read(PROFILE, health)?.values ?? {};
    expect([health_level, health_name]).toEqual([0, 'healthy']);
  });

  test('A shop without a diagnosis has no health', () => {
    expect(read(PROFILE)?.values).toMatchObject({
      shop_name: 'Harbor Lane Store',
      health_level: null,
      health_name: null,
      health_name_zh: null,
      issue_count: null,
      issue_url: null,
    });
  });

  test.each([
    ['//www.aliexpress.com/store/1234321', 'https://www.aliexpress.com/store/1234321'],
    ['/store/1234321', 'https://www.aliexpress.com/store/1234321'],
    ['www.aliexpress.com/store/1234321', 'https://www.aliexpress.com/store/1234321'],
    ['javascript:alert(1)', null],
    ['N/A', null],
  ])('The store page %j is the link %j', (shop_url, link) => {
    expect(read({ ...PROFILE, shop_url })?.values.store_url).toBe(link);
  });

  test('A profile without a number is not a shop', () => {
    expect(read({ shop_name: 'Harbor Lane Store' }, HEALTH)).toBeNull();
  });
});
