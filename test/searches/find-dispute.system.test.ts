import { disputeStatusAt } from '../../sandbox/disputes.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../support/connected-app.ts';

describe('Find Dispute', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ ordersPerDay: 50, historyDays: 30, disputeShare: 0.4 });
  });
  afterEach(() => app.close());

  const find = (inputs: object) => app.search('find_dispute', inputs);
  const lineOf = (status: string) => {
    const found = [...app.sandbox.shop.disputes.values()].find(
      (dispute) => disputeStatusAt(dispute, NOON) === status,
    );
    return String(found?.line.childId);
  };

  test('an open dispute is found by the number of its line, with one call', async () => {
    const line_id = lineOf('processing');
    expect(await find({ line_id })).toMatchObject([{ line_id: line_id, status: 'processing' }]);
    expect(app.calls()).toBe(1);
  });

  test.each(['finish', 'canceled_issue'])(
    'a dispute of status %s is found where it is asked for',
    async (status) => {
      const line_id = lineOf(status);
      expect(await find({ line_id, status })).toMatchObject([{ line_id: line_id, status }]);
    },
  );

  test('a dispute that is over is not found among the open ones', async () => {
    expect(await find({ line_id: lineOf('finish') })).toEqual([]);
  });

  test('a line without a dispute finds nothing, and that is no error', async () => {
    expect(await find({ line_id: '123456789012345' })).toEqual([]);
  });

  test('a malformed number is refused by name before any call is spent', async () => {
    const { message } = await thrownBy(find({ line_id: 'abc' }));
    expect(message).toContain('"Line Item or Order" has an invalid value');
    expect(app.calls()).toBe(0);
  });

  test('who opened it does not come out', async () => {
    expect(JSON.stringify(await find({ line_id: lineOf('processing') }))).not.toMatch(/canary/i);
  });
});
