import { healthAt } from '../../sandbox/health.ts';
import { openShop } from '../../sandbox/shop.ts';
import { DIAGNOSIS, openSandboxShop, type SandboxShop } from '../support/sandbox-shop.ts';

const DAY = 86_400_000;
const FROM = Date.parse('2026-11-21T00:00:00Z');
const TO = FROM + 7 * DAY;

describe('The health of the sandbox shop', () => {
  const { health } = openShop({ seed: 1, curve: 'olist', ordersPerDay: 1, from: FROM, to: TO });

  test('is the same for the same seed', () => {
    expect(openShop({ seed: 1, curve: 'olist', ordersPerDay: 1, from: FROM, to: TO }).health).toEqual(health);
  });

  test.each([
    ['at first', FROM],
    ['at last', TO],
  ])('is good %s', (_, now) => {
    expect(healthAt(health, now)).toMatchObject({ levelCode: 0, issues: 0 });
  });

  test('is not for a while in between', () => {
    expect(health.map(({ levelCode }) => levelCode)).toEqual([0, 100, 0]);
  });
});

describe('In the sandbox, the diagnosis of the shop', () => {
  let shop: SandboxShop;
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 1 });
  });
  afterEach(() => shop.close());

  test('mixes two ways of writing names', async () => {
    expect((await shop.ask(DIAGNOSIS)).json).toEqual({
      response: {
        success: 'true',
        diagnosisResult: {
          level: { levelCode: 0, name: 'healthy' },
          issue_num: '0',
          action_url: expect.any(String),
          shop_status_desc: expect.any(String),
        },
      },
      code: '0',
      request_id: expect.any(String),
    });
  });

  test('counts the open issues', async () => {
    const spell = shop.sandbox.shop.health.find(({ levelCode }) => levelCode > 0);
    shop.goTo(spell?.at ?? 0);
    expect((await shop.ask(DIAGNOSIS)).json).toMatchObject({
      response: { diagnosisResult: { level: { levelCode: 100 }, issue_num: String(spell?.issues) } },
    });
  });

  test('is wrapped unless it is asked to be simplified', async () => {
    expect((await shop.ask(DIAGNOSIS, {}, { simplify: undefined })).json).toMatchObject({
      aliexpress_merchant_diagnosis_query_response: {
        response: { diagnosisResult: { level: { levelCode: 0 } } },
        request_id: expect.any(String),
      },
    });
  });
});
