import type { AppEvent } from '../../../lib/hosts/local/app-event.ts';
import { type PlatformMemory, platformMemory } from '../../../lib/hosts/local/memory.ts';
import { createPlatform, type Platform } from '../../../lib/hosts/local/platform.ts';
import { StepError } from '../../../lib/hosts/local/step-error.ts';
import type { Ticket } from '../../../lib/hosts/local/tickets.ts';
import { createVault } from '../../../lib/hosts/local/vault.ts';
import type { Failure, Workflow } from '../../../lib/hosts/local/workflow.ts';
import { feishuMessage } from '../../../recipes/steps.ts';
import { type FixedClock, fixedClock } from '../../support/fixed-clock.ts';
import { rowAndTicket } from '../../support/row-and-ticket.ts';

const MINUTE = 60_000;

const event = (n: number) => ({
  id: String(n),
  order_id: String(8200 + n),
  title_zh: `订单 ${n}`,
  text_zh: '试',
  severity: 'info',
  link: 'https://example.com/',
  occurred_at: null,
});

describe('The local platform', () => {
  const flow: Workflow = {
    recipe: { ...rowAndTicket, steps: [...rowAndTicket.steps, feishuMessage] },
    inputs: { products: ['1005'] },
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
  let failing: Partial<Record<'card' | 'prepare' | 'row' | 'after the row' | 'ticket', Error>>;

  beforeEach(() => {
    clock = fixedClock('2026-11-21T02:00:00Z');
    memory = platformMemory(':memory:', clock, createVault('secret'));
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

  test('runs every step of a recipe for every event', async () => {
    await platform.poll(flow);
    expect([rows.length, tickets.length, calls('send_feishu_message').length]).toEqual([2, 2, 2]);
  });

  test('runs no step again when the same events come again', async () => {
    await platform.poll(flow);
    await platform.poll(flow);
    expect([rows.length, tickets.length, calls('send_feishu_message').length]).toEqual([2, 2, 2]);
  });

  test('says which events were new, the oldest first', async () => {
    expect((await platform.poll(flow)).map(({ id }) => id)).toEqual(['1', '2']);
  });

  test('fills a row from the event', async () => {
    await platform.poll(flow);
    expect(rows).toEqual([
      ['8201', '订单 1'],
      ['8202', '订单 2'],
    ]);
  });

  test('hands over what the action before has prepared', async () => {
    await platform.poll(flow);
    expect(tickets).toEqual([{ external_id: 'ticket-1' }, { external_id: 'ticket-2' }]);
  });

  test('fills the inputs of an action from the event, with nothing for what it lacks', async () => {
    await platform.poll(flow);
    expect(inputs('prepare_ticket')[0]).toMatchObject({ title: '订单 1', kind: 'probe', occurred_at: '' });
  });

  test('gives an action what the seller filled in for it', async () => {
    await platform.poll(flow);
    expect(inputs('send_feishu_message')[0]).toMatchObject({ title: '订单 1', webhook_url: 'https://bot' });
  });

  test('gives no action what the seller filled in for another', async () => {
    await platform.poll(flow);
    expect(inputs('prepare_ticket')[0]).not.toHaveProperty('webhook_url');
  });

  test('gives the trigger the inputs of the recipe and those that the seller filled in', async () => {
    await platform.poll(flow);
    expect(inputs('triggers.')[0]).toEqual({ products: ['1005'] });
  });

  test('tells the trigger which workflow polls, as Zapier does', async () => {
    await platform.poll(flow);
    expect(calls('triggers.')[0]?.bundle.meta).toMatchObject({ zap: { id: flow.recipe.key } });
  });

  describe('when a step fails', () => {
    test.each([
      ['a row', 'row', new StepError('SheetUnwritable', 'x'), () => rows.length],
      ['a ticket', 'ticket', new StepError('TicketUnreachable', 'x'), () => tickets.length],
      ['a card', 'card', new StepError('AppError', 'x'), () => calls('send_feishu_message').length - 2],
    ] as const)('tries it again later: %s', async (_, place, error, delivered) => {
      await pollFailing(place, error);
      await later();
      expect(delivered()).toBe(2);
    });

    test.each(['row', 'ticket', 'card'] as const)('runs the others all the same: %s', async (place) => {
      await pollFailing(place, new StepError('AppError', 'x'));
      const delivered = {
        row: rows.length,
        ticket: tickets.length,
        card: calls('send_feishu_message').length,
      };
      expect({ ...delivered, [place]: 2 }).toEqual({ row: 2, ticket: 2, card: 2 });
    });

    test('runs those again that had failed, and no others', async () => {
      await pollFailing('ticket', new StepError('TicketUnreachable', 'x'));
      await later();
      expect([rows.length, tickets.length, calls('send_feishu_message').length]).toEqual([2, 2, 2]);
    });

    test('asks a ticket system that is not there once a poll, not once a ticket', async () => {
      await pollFailing('ticket', new StepError('TicketUnreachable', 'x'));
      expect(failures).toHaveLength(1);
    });

    test('does not hand a refused ticket over again', async () => {
      await pollFailing('ticket', new StepError('TicketRefused', 'x'));
      await later();
      expect([tickets.length, memory.waiting()]).toEqual([0, 0]);
    });

    test('does not send a card again whose answer was lost', async () => {
      await pollFailing('card', new StepError('AppError', '{"message":"x","code":"channel_answer_lost"}'));
      await later();
      expect(calls('send_feishu_message')).toHaveLength(2);
    });

    test('does not send a card again in which the app ended', async () => {
      await pollFailing('card', new StepError('ProcessExited', 'x'));
      await later();
      expect(calls('send_feishu_message')).toHaveLength(2);
    });

    test('prepares a ticket again in which the app ended', async () => {
      await pollFailing('prepare', new StepError('ProcessExited', 'x'));
      await later();
      expect(tickets).toHaveLength(2);
    });

    test('adds no row again that stands there already', async () => {
      await pollFailing('after the row', new StepError('SheetUnwritable', 'x'));
      await later();
      expect(rows).toHaveLength(2);
    });

    test('says what it was about', async () => {
      await pollFailing('ticket', new StepError('TicketUnreachable', 'x'));
      expect(failures).toEqual([
        expect.objectContaining({ workflow: flow.recipe.key, kind: 'TicketUnreachable', subject: '订单 1' }),
      ]);
    });
  });

  test('drops a step that the recipe has lost since', async () => {
    await pollFailing('card', new StepError('AppError', 'x'));
    clock.advance(31 * MINUTE);
    await platform.runDue({ ...flow, recipe: rowAndTicket });
    expect(memory.waiting()).toBe(0);
  });
});
