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
      shop_id: '911234567',
      shop_name: 'Harbor Lane Store',
      shop_url: 'https://www.aliexpress.com/store/911234567',
      country: 'CN',
      posting_forbidden: false,
      level: 100,
      level_name: 'average',
      level_name_zh: '一般',
      issue_num: 2,
      action_url: 'https://gsp.aliexpress.com/apps/health',
    });
  });

  test('A shop is healthy at level 0', () => {
    const health = { response: { diagnosisResult: { level: { levelCode: 0 } } } };
    const { level, level_name } = read(PROFILE, health)?.values ?? {};
    expect([level, level_name]).toEqual([0, 'healthy']);
  });

  test('A shop without a diagnosis has no health', () => {
    expect(read(PROFILE)?.values).toMatchObject({
      shop_name: 'Harbor Lane Store',
      level: null,
      level_name: null,
      level_name_zh: null,
      issue_num: null,
      action_url: null,
    });
  });

  test('A profile without a number is not a shop', () => {
    expect(read({ shop_name: 'Harbor Lane Store' }, HEALTH)).toBeNull();
  });
});
