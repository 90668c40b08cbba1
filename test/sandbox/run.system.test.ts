import { DAY, HOUR } from '../../lib/runtime.ts';
import { openRun, RUN_START, type Run } from '../../sandbox/run.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { send } from '../support/tracker.ts';

describe('Run with a stand-in for 17TRACK', () => {
  let folder: TemporaryFolder;
  let run: Run;
  beforeAll(async () => {
    folder = temporaryFolder();
    run = await openRun({
      from: RUN_START,
      to: RUN_START + DAY,
      historyDays: 12,
      ordersPerDay: 20,
      dailyLimit: 200,
      folder: folder.path,
      variedParcels: true,
      tracker: { quota: 7 },
    });
  });
  afterAll(async () => {
    await run.close();
    folder.remove();
  });
  const tracker = () => {
    if (!run.tracker) throw new Error('the run has no tracker');
    return run.tracker;
  };

  test('The tracker follows the parcels of the run on the clock of the run', async () => {
    const parcel = run.sandbox.shop.parcels.find(
      ({ trackingNumber, events }) =>
        trackingNumber.startsWith('LP') && (events[2]?.at ?? Number.POSITIVE_INFINITY) < RUN_START,
    );
    const body = JSON.stringify([{ number: parcel?.trackingNumber }]);
    await send(tracker(), 'register', { body });
    run.clock.advanceTo(RUN_START + 7 * HOUR);
    const { json } = await send(tracker(), 'gettracklist', { body: '{}' });
    expect(json.data.accepted).toEqual([
      expect.objectContaining({ number: parcel?.trackingNumber, sync_status: true }),
    ]);
    expect(json.data.accepted[0]?.package_status).not.toBe('NotFound');
  });

  test('The tracker has the credits that the run gives it', async () => {
    expect((await send(tracker(), 'getquota')).json.data.quota_total).toBe(7);
  });

  test('The key of the tracker is a secret of the run', () => {
    expect(run.secrets()).toContain(tracker().key);
  });
});
