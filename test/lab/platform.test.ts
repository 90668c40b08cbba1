import { noFaults } from '../../lab/faults.ts';
import type { LabEvent } from '../../lab/host.ts';
import { openPlatform } from '../../lab/platform.ts';
import { newProcess } from '../../lab/process.ts';
import { thisRelease } from '../../lab/this-release.ts';
import { virtualTime } from '../../lab/virtual-time.ts';

describe('Platform of the lab', () => {
  test('Of two polls that turn a workflow on at the same time, only the one that ends later counts', async () => {
    const time = virtualTime(Date.parse('2026-11-01T00:00:00Z'));
    const answers = new Map<string, [ms: number, events: LabEvent[]]>([
      ['first', [2000, []]],
      ['second', [1000, []]],
      ['later', [100, [{ id: '1' } as LabEvent]]],
    ]);
    const platform = openPlatform({
      time,
      faults: noFaults(),
      onEvents: () => {},
      host: {
        calls: { callsByDay: new Map(), readings: [], datedAnswers: [] },
        close: async () => {},
        poll: async ({ address }) => {
          const [ms, events] = answers.get(address) as [number, LabEvent[]];
          await time.sleep(ms);
          return events;
        },
      },
    });
    const workflow = { id: '7', trigger: 'new_order', inputs: {} };
    const process = newProcess(thisRelease, 'host');
    for (const [ms, address] of [
      [0, 'first'],
      [10, 'second'],
      [60_000, 'later'],
    ] as const)
      time.at(time.now() + ms, () => platform.poll(workflow, { process, address }));
    await time.run();
    expect(platform.activations.map(({ offAt, taken }) => [Number.isFinite(offAt), taken.length])).toEqual([
      [true, 0],
      [false, 1],
    ]);
  });
});
