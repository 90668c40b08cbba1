import { convert } from '../../../lib/aliexpress/convert.ts';
import { merchantProfile } from '../../../lib/aliexpress/methods/merchant-profile.ts';
import { shopHealth } from '../../../lib/aliexpress/methods/shop-health.ts';
import { recordedItem } from '../../../lib/aliexpress/recorded/index.ts';
import recordedProfile from '../../../lib/aliexpress/recorded/merchant-profile.json' with { type: 'json' };
import recordedHealth from '../../../lib/aliexpress/recorded/shop-health.json' with { type: 'json' };
import { shop } from '../../../lib/aliexpress/records/shop.ts';
import wrappedProfile from '../../support/answers/merchant-profile-wrapped.json' with { type: 'json' };
import { readAnswer } from '../../support/answers/read-answer.ts';
import wrappedHealth from '../../support/answers/shop-health-wrapped.json' with { type: 'json' };

const ANSWERED_AT = Date.parse(recordedProfile.answered_at);
const read = (profile: object, health?: object) =>
  convert(
    shop,
    {
      profile: readAnswer(merchantProfile, profile),
      ...(health && { diagnosis: readAnswer(shopHealth, health) }),
    },
    ANSWERED_AT,
  );

describe('the shop', () => {
  test('has these fields', () => {
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

  test('is the same wrapped as it is simplified', () => {
    expect(read(wrappedProfile, wrappedHealth)?.values).toEqual(recordedItem(shop));
  });

  test('is what its sample shows', () => {
    expect(read(recordedProfile.answer, recordedHealth.answer)?.values).toEqual(recordedItem(shop));
  });

  test('says nothing of who signs in to it', () => {
    expect(JSON.stringify(read(wrappedProfile, wrappedHealth))).not.toContain('CANARY');
  });

  test('is healthy at level 0', () => {
    const health = { response: { diagnosisResult: { level: { levelCode: 0 } } } };
    const { level, level_name } = read(recordedProfile.answer, health)?.values ?? {};
    expect([level, level_name]).toEqual([0, 'healthy']);
  });

  test('without a diagnosis has no health', () => {
    expect(read(recordedProfile.answer)?.values).toMatchObject({
      shop_name: 'Harbor Lane Store',
      level: null,
      level_name: null,
      level_name_zh: null,
      issue_num: null,
      action_url: null,
    });
  });

  test('without a number is no shop', () => {
    expect(read({ shop_name: 'Harbor Lane Store' }, recordedHealth.answer)).toBeNull();
  });
});
