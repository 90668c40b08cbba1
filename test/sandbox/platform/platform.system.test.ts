import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MINUTE } from '../../../lib/runtime.ts';
import { feishuMessage } from '../../../recipes/steps.ts';
import { readCsv } from '../../../sandbox/deliveries.ts';
import type { AppEvent } from '../../../sandbox/platform/app-event.ts';
import { createPlatform, type Platform } from '../../../sandbox/platform/platform.ts';
import { StepError } from '../../../sandbox/platform/step-error.ts';
import type { Failure, Workflow } from '../../../sandbox/platform/workflow.ts';
import { type FixedClock, fixedClock } from '../../support/fixed-clock.ts';
import { rowAndTicket } from '../../support/row-and-ticket.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const event = (n: number) => ({
  id: String(n),
  order_id: String(8200 + n),
  title_zh: `订单 ${n}`,
  text_zh: '试',
  severity: 'info',
  link: 'https://example.com/',
  occurred_at: null,
});

describe('Platform of the simulation', () => {
  const flow: Workflow = {
    recipe: { ...rowAndTicket, steps: [...rowAndTicket.steps, feishuMessage] },
    inputs: { product_ids: ['1005'] },
    fixed: { send_feishu_message: { webhook_url: 'https://bot' } },
  };
  let folder: TemporaryFolder;
  let clock: FixedClock;
  let platform: Platform;
  let executed: AppEvent[];
  let found: ReturnType<typeof event>[];
  let failures: Failure[];
  /** What the next action throws. */
  let failing: Partial<Record<'card' | 'prepare' | 'trigger', Error>>;

  beforeEach(async () => {
    folder = temporaryFolder();
    clock = fixedClock('2026-11-21T02:00:00Z');
    [executed, found, failures, failing] = [[], [], [], {}];
    platform = createPlatform({
      thread: {
        execute: async (call) => {
          executed.push(call);
          const { method } = call;
          const place = method.startsWith('triggers.')
            ? 'trigger'
            : method.includes('ticket')
              ? 'prepare'
              : 'card';
          const error = failing[place];
          if (error) throw error;
          return place === 'trigger' ? found : { external_id: `ticket-${call.bundle.inputData.event}` };
        },
        close: async () => {},
      },
      folder: folder.path,
      clock,
      onFailure: (failure) => failures.push(failure),
    });
    await platform.poll(flow);
    found = [event(2), event(1)];
    executed = [];
  });
  afterEach(() => folder.remove());

  const rows = () => {
    const sheet = join(folder.path, 'sheets', 'row_and_ticket.csv');
    return existsSync(sheet) ? readCsv(readFileSync(sheet, 'utf8')).slice(1) : [];
  };
  const tickets = () => {
    const path = join(folder.path, 'tickets');
    return existsSync(path) ? readdirSync(path).sort() : [];
  };

  const calls = (method: string) => executed.filter((call) => call.method.includes(method));
  const inputs = (method: string) => calls(method).map(({ bundle }) => bundle.inputData);
  /** Fails for one poll, then everything works. */
  const pollFailing = async (place: keyof typeof failing, error: Error) => {
    failing = { [place]: error };
    await platform.poll(flow);
    failing = {};
  };
  const later = async () => {
    clock.advance(31 * MINUTE);
    await platform.runDue(flow);
  };

  test('Every step of a recipe runs for every event', async () => {
    await platform.poll(flow);
    expect([rows().length, tickets().length, calls('send_feishu_message').length]).toEqual([2, 2, 2]);
  });

  test('No step runs again for events of an earlier poll', async () => {
    await platform.poll(flow);
    await platform.poll(flow);
    expect([rows().length, tickets().length, calls('send_feishu_message').length]).toEqual([2, 2, 2]);
  });

  test('A poll returns the new events, the oldest first', async () => {
    expect((await platform.poll(flow)).map(({ id }) => id)).toEqual(['1', '2']);
  });

  test('A row is filled from the event', async () => {
    await platform.poll(flow);
    expect(rows()).toEqual([
      ['8201', '订单 1'],
      ['8202', '订单 2'],
    ]);
  });

  test('The ticket that the action prepared is submitted', async () => {
    await platform.poll(flow);
    expect(tickets()).toEqual(['ticket-1.json', 'ticket-2.json']);
  });

  test('Action inputs are filled from the event, and empty for missing fields', async () => {
    await platform.poll(flow);
    expect(inputs('prepare_ticket')[0]).toMatchObject({ title: '订单 1', event_type: '', occurred_at: '' });
  });

  test('An action gets the inputs that the seller filled in', async () => {
    await platform.poll(flow);
    expect(inputs('send_feishu_message')[0]).toMatchObject({ title: '订单 1', webhook_url: 'https://bot' });
  });

  test('An action does not get the inputs of another action', async () => {
    await platform.poll(flow);
    expect(inputs('prepare_ticket')[0]).not.toHaveProperty('webhook_url');
  });

  test('A trigger gets the inputs of the recipe and of the seller', async () => {
    await platform.poll(flow);
    expect(inputs('triggers.')[0]).toEqual({ product_ids: ['1005'] });
  });

  test('A poll names its workflow, as Zapier does', async () => {
    await platform.poll(flow);
    expect(calls('triggers.')[0]?.bundle.meta).toMatchObject({ zap: { id: flow.recipe.key } });
  });

  test('What is there when a workflow is turned on is not new', async () => {
    const other = { ...flow, recipe: { ...flow.recipe, key: 'another' } };
    expect(await platform.poll(other)).toEqual([]);
    expect(rows()).toEqual([]);
  });

  test('A poll that fails is reported, and the next one finds its events', async () => {
    failing = { trigger: new StepError('AppError', '{"message":"x","code":"aliexpress_unreachable"}') };
    expect(await platform.poll(flow)).toEqual([]);
    expect(failures).toMatchObject([{ kind: 'aliexpress_unreachable' }]);
    failing = {};
    expect(await platform.poll(flow)).toHaveLength(2);
  });

  describe('Failed step', () => {
    const cards = () => calls('send_feishu_message').length;

    test.each([
      ['card', 'AppError'],
      ['prepare', 'AppError'],
    ] as const)('It runs again later, and alone: %s', async (place, kind) => {
      await pollFailing(place, new StepError(kind, 'x'));
      expect([rows().length, platform.waiting()]).toEqual([2, 2]);
      await later();
      expect([rows().length, tickets().length, platform.waiting()]).toEqual([2, 2, 0]);
      expect(cards()).toBe(place === 'card' ? 4 : 2);
    });

    test('A bot that is busy is tried once a poll, not once a message', async () => {
      await pollFailing('card', new StepError('ThrottledError', '{"message":"x","delay":60}'));
      expect([cards(), failures.length]).toEqual([1, 1]);
    });

    test.each([
      ['AppError', '{"message":"x","code":"channel_answer_lost"}'],
      ['ProcessExited', 'x'],
    ])('A card that may have arrived is not sent again: %s', async (kind, message) => {
      await pollFailing('card', new StepError(kind, message));
      await later();
      expect(cards()).toBe(2);
    });

    test('A failure names workflow, kind and event title', async () => {
      await pollFailing('prepare', new StepError('AppError', 'x'));
      expect(failures[0]).toMatchObject({ workflow: flow.recipe.key, kind: 'AppError', subject: '订单 1' });
    });
  });
});
