import { createAppHandler } from '../../../lib/hosts/zapier/handler.ts';
import { prepareOnce } from '../../../sandbox/platform/core.ts';

test("Zapier's core prepares each definition once for all its steps", async () => {
  prepareOnce();
  prepareOnce();
  const appNamed = (name: string) => {
    const reads = { count: 0 };
    const app = {
      version: '1.0.0',
      platformVersion: '19.1.0',
      // Core reads it when it prepares the definition, and never else.
      get searches() {
        reads.count += 1;
        return {};
      },
      triggers: {
        probe: {
          key: 'probe',
          noun: 'Probe',
          display: { label: 'Probe', description: 'Triggers when probed.' },
          operation: { perform: async () => [{ id: name }] },
        },
      },
    };
    const handle = createAppHandler(app);
    const step = { command: 'execute', method: 'triggers.probe.operation.perform', bundle: {} };
    return { reads, poll: async () => (await handle({ ...step, calledFromCli: true })).results };
  };

  const first = appNamed('first');
  const second = appNamed('second');
  expect(await first.poll()).toEqual([{ id: 'first' }]);
  const { count } = first.reads;
  expect(count).toBeGreaterThan(0);
  expect(await second.poll()).toEqual([{ id: 'second' }]);
  expect(await first.poll()).toEqual([{ id: 'first' }]);
  expect(await first.poll()).toEqual([{ id: 'first' }]);
  expect(first.reads.count).toBe(count);
});
