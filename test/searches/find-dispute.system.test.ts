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

  test('An open dispute is found by its line item number, with one call', async () => {
    const line_id = lineOf('processing');
    expect(await find({ line_id })).toMatchObject([{ line_id: line_id, status: 'processing' }]);
    expect(app.calls()).toBe(1);
  });

  test.each(['finish', 'canceled_issue'])(
    'A dispute in the status %s is found if the user asks for that status',
    async (status) => {
      const line_id = lineOf(status);
      expect(await find({ line_id, status })).toMatchObject([{ line_id: line_id, status }]);
    },
  );

  test('A closed dispute is not found among the open ones', async () => {
    expect(await find({ line_id: lineOf('finish') })).toEqual([]);
  });

  test('A line item without a dispute finds nothing, without an error', async () => {
    expect(await find({ line_id: '123456789012345' })).toEqual([]);
  });

  test('A malformed line item number is refused by name before a call is made', async () => {
    const { message } = await thrownBy(find({ line_id: 'abc' }));
    expect(message).toContain('"Line Item or Order" has an invalid value');
    expect(app.calls()).toBe(0);
  });

  test('A found dispute does not name the buyer', async () => {
    expect(JSON.stringify(await find({ line_id: lineOf('processing') }))).not.toMatch(/canary/i);
  });
});
