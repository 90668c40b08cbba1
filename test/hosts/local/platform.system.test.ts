import type { AppEvent } from '../../../lib/hosts/local/app-event.ts';
import { type PlatformMemory, platformMemory } from '../../../lib/hosts/local/memory.ts';
import { createPlatform, type Platform } from '../../../lib/hosts/local/platform.ts';
import { StepError } from '../../../lib/hosts/local/step-error.ts';
import type { Ticket } from '../../../lib/hosts/local/tickets.ts';
import type { Failure, Workflow } from '../../../lib/hosts/local/workflow.ts';
import { MINUTE } from '../../../lib/runtime.ts';
import { createVault } from '../../../lib/vault.ts';
import { feishuMessage } from '../../../recipes/steps.ts';
import { type FixedClock, fixedClock } from '../../support/fixed-clock.ts';
import { rowAndTicket } from '../../support/row-and-ticket.ts';

const event = (n: number) => ({
  id: String(n),
  order_id: String(8200 + n),
  title_zh: `订单 ${n}`,
  text_zh: '试',
  severity: 'info',
  link: 'https://example.com/',
  occurred_at: null,
});

describe('Local platform', () => {
  const flow: Workflow = {
    recipe: { ...rowAndTicket, steps: [...rowAndTicket.steps, feishuMessage] },
    inputs: { product_ids: ['1005'] },
    fixed: { send_feishu_message: { webhook_url: 'https://bot' } },
  };
  let clock: FixedClock;
  let memory: PlatformMemory;
  let platform: Platform;
  let executed: AppEvent[];
  let rows: (readonly string[])[];
  let tickets: Ticket[];
  let failures: Failure[];
  /** What the next action, row or ticket throws. */
  let failing: Partial<Record<'test' | 'card' | 'prepare' | 'row' | 'after the row' | 'ticket', Error>>;

  beforeEach(() => {
    clock = fixedClock('2026-11-21T02:00:00Z');
    memory = platformMemory(':memory:', clock, createVault('secret', 'connection of the local host'));
    [executed, rows, tickets, failures] = [[], [], [], []];
    failing = {};
    memory.seed(flow.recipe.key, []);
    const failAt = (place: keyof typeof failing) => {
      const error = failing[place];
      if (error) throw error;
    };
    platform = createPlatform({
      thread: {
        execute: async (call) => {
          executed.push(call);
          if (call.method.startsWith('triggers.')) return [event(2), event(1)];
          if (call.method === 'authentication.test') {
            failAt('test');
            return { shop_name: 'Tote & Co' };
          }
          failAt(call.method.includes('prepare_ticket') ? 'prepare' : 'card');
          return { external_id: `ticket-${call.bundle.inputData.event}` };
        },
        close: async () => {},
      },
      memory,
      outbox: {
        sheetOf: () => ({
          end: () => rows.length,
          has: (_, row, startedAt) => String(rows[startedAt]) === String(row),
          append: (_, row) => {
            failAt('row');
            rows.push(row);
            failAt('after the row');
          },
        }),
        tickets: {
          submit: async (ticket) => {
            failAt('ticket');
            tickets.push(ticket);
          },
        },
      },
      clock,
      onFailure: (failure) => failures.push(failure),
    });
  });
  afterEach(() => memory.close());

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
    expect([rows.length, tickets.length, calls('send_feishu_message').length]).toEqual([2, 2, 2]);
  });

  test('No step runs again for events of an earlier poll', async () => {
    await platform.poll(flow);
    await platform.poll(flow);
    expect([rows.length, tickets.length, calls('send_feishu_message').length]).toEqual([2, 2, 2]);
  });

  test('A poll returns the new events, the oldest first', async () => {
    expect((await platform.poll(flow)).map(({ id }) => id)).toEqual(['1', '2']);
  });

  test('A row is filled from the event', async () => {
    await platform.poll(flow);
    expect(rows).toEqual([
      ['8201', '订单 1'],
      ['8202', '订单 2'],
    ]);
  });

  test('The ticket that the action prepared is submitted', async () => {
    await platform.poll(flow);
    expect(tickets).toEqual([{ external_id: 'ticket-1' }, { external_id: 'ticket-2' }]);
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

  describe('Failed step', () => {
    test.each([
      ['a row', 'row', new StepError('SheetUnwritable', 'x'), () => rows.length],
      ['a ticket', 'ticket', new StepError('TicketUnreachable', 'x'), () => tickets.length],
      ['a card', 'card', new StepError('AppError', 'x'), () => calls('send_feishu_message').length - 2],
    ] as const)('A failed step is tried again later: %s', async (_, place, error, delivered) => {
      await pollFailing(place, error);
      await later();
      expect(delivered()).toBe(2);
    });

    test.each(['row', 'ticket', 'card'] as const)('The other steps run when one fails: %s', async (place) => {
      await pollFailing(place, new StepError('AppError', 'x'));
      const delivered = {
        row: rows.length,
        ticket: tickets.length,
        card: calls('send_feishu_message').length,
      };
      expect({ ...delivered, [place]: 2 }).toEqual({ row: 2, ticket: 2, card: 2 });
    });

    test('Only failed steps run again', async () => {
      await pollFailing('ticket', new StepError('TicketUnreachable', 'x'));
      await later();
      expect([rows.length, tickets.length, calls('send_feishu_message').length]).toEqual([2, 2, 2]);
    });

    test('An unreachable ticket system is tried once a poll, not once a ticket', async () => {
      await pollFailing('ticket', new StepError('TicketUnreachable', 'x'));
      expect(failures).toHaveLength(1);
    });

    test('A refused ticket is not submitted again', async () => {
      await pollFailing('ticket', new StepError('TicketRefused', 'x'));
      await later();
      expect([tickets.length, memory.waiting()]).toEqual([0, 0]);
    });

    test('A card whose answer was lost is not sent again', async () => {
      await pollFailing('card', new StepError('AppError', '{"message":"x","code":"channel_answer_lost"}'));
      await later();
      expect(calls('send_feishu_message')).toHaveLength(2);
    });

    test('A card is not sent again when the app ended during the step', async () => {
      await pollFailing('card', new StepError('ProcessExited', 'x'));
      await later();
      expect(calls('send_feishu_message')).toHaveLength(2);
    });

    test('A ticket is prepared again when the app ended during the step', async () => {
      await pollFailing('prepare', new StepError('ProcessExited', 'x'));
      await later();
      expect(tickets).toHaveLength(2);
    });

    test('A row that was added before an error is not added again', async () => {
      await pollFailing('after the row', new StepError('SheetUnwritable', 'x'));
      await later();
      expect(rows).toHaveLength(2);
    });

    test('A failure names workflow, kind and event title', async () => {
      await pollFailing('ticket', new StepError('TicketUnreachable', 'x'));
      expect(failures).toEqual([
        expect.objectContaining({ workflow: flow.recipe.key, kind: 'TicketUnreachable', subject: '订单 1' }),
      ]);
    });
  });

  test('A stored connection is tested at the start', async () => {
    memory.keepConnection({ seller_id: '2201' });
    expect(await platform.reconnect()).toBe('Tote & Co');
  });

  test.each([
    ['AppError', { code: 'no_calls_to_test' }],
    ['AppError', { code: 'aliexpress_unreachable' }],
    ['ThrottledError', { delay: 60 }],
  ])('A connection that cannot be tested is kept: %s %j', async (name, facts) => {
    memory.keepConnection({ seller_id: '2201' });
    failing.test = new StepError(name, JSON.stringify({ message: 'later', ...facts }));
    expect(await platform.reconnect()).toBe('Shop 2201');
    expect(platform.isConnected()).toBe(true);
  });

  test('An expired connection is removed', async () => {
    memory.keepConnection({ seller_id: '2201' });
    failing.test = new StepError('ExpiredAuthError', 'reconnect');
    expect(await platform.reconnect()).toBeUndefined();
    expect(platform.isConnected()).toBe(false);
  });

  test('An error that does not end by itself is thrown', async () => {
    memory.keepConnection({ seller_id: '2201' });
    failing.test = new StepError('AppError', JSON.stringify({ message: 'no', code: 'app_key_refused' }));
    await expect(platform.reconnect()).rejects.toBe(failing.test);
  });

  test('A queued step that the recipe no longer has is dropped', async () => {
    await pollFailing('card', new StepError('AppError', 'x'));
    clock.advance(31 * MINUTE);
    await platform.runDue({ ...flow, recipe: rowAndTicket });
    expect(memory.waiting()).toBe(0);
  });
});
