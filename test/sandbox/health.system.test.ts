import { DAY } from '../../lib/runtime.ts';
import { healthAt } from '../../sandbox/health.ts';
import { openShop } from '../../sandbox/shop.ts';
import { DIAGNOSIS, openSandboxShop, type SandboxShop } from '../support/sandbox-shop.ts';

const FROM = Date.parse('2026-11-21T00:00:00Z');
const TO = FROM + 7 * DAY;

describe('Health of the sandbox shop', () => {
  const { health } = openShop({ seed: 1, curve: 'olist', ordersPerDay: 1, from: FROM, to: TO });

  test('The same seed gives the same health periods', () => {
    expect(openShop({ seed: 1, curve: 'olist', ordersPerDay: 1, from: FROM, to: TO }).health).toEqual(health);
  });

  test.each([
    ['start', FROM],
    ['end', TO],
  ])('The shop is healthy at the %s of the run', (_, now) => {
    expect(healthAt(health, now)).toMatchObject({ levelCode: 0, issues: 0 });
  });

  test('The health level drops once during the run', () => {
    expect(health.map(({ levelCode }) => levelCode)).toEqual([0, 100, 0]);
  });
});

describe('Diagnosis of the sandbox shop', () => {
  let shop: SandboxShop;
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 1 });
  });
  afterEach(() => shop.close());

  test('The diagnosis mixes camel case and snake case', async () => {
    expect((await shop.query(DIAGNOSIS)).json).toEqual({
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

  test('The diagnosis counts the open issues', async () => {
    const average = shop.sandbox.shop.health.find(({ levelCode }) => levelCode > 0);
    shop.goTo(average?.at ?? 0);
    expect((await shop.query(DIAGNOSIS)).json).toMatchObject({
      response: { diagnosisResult: { level: { levelCode: 100 }, issue_num: String(average?.issues) } },
    });
  });

  test('The diagnosis is wrapped unless simplify is set', async () => {
    expect((await shop.query(DIAGNOSIS, {}, { simplify: undefined })).json).toMatchObject({
      aliexpress_merchant_diagnosis_query_response: {
        response: { diagnosisResult: { level: { levelCode: 0 } } },
        request_id: expect.any(String),
      },
    });
  });
});
