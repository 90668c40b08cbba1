import type { Gateway } from '../../../lib/aliexpress/gateway.ts';
import type { Method } from '../../../lib/aliexpress/method.ts';
import { logged } from '../../../lib/hosts/zapier/call-log.ts';
import { fail } from '../../../lib/problems.ts';

const METHOD = { name: 'aliexpress.some.get' } as Method;

/** The lines of one call. */
async function linesOf(call: (onPaid: () => void) => Promise<never>): Promise<string[]> {
  const lines: string[] = [];
  const gateway = { call: async (_, __, { onPaid = () => {} }) => call(onPaid) } as Gateway<'interactive'>;
  const budget = () => '13 of 200 calls today';
  const watched = logged(gateway, { log: (line) => lines.push(line), budget });
  await watched.call(METHOD as never, {} as never, { lane: 'interactive' }).catch(() => {});
  return lines;
}

describe('The line of a call', () => {
  test('names the problem of a call that was refused, and what it has cost', async () => {
    const lines = await linesOf(async (onPaid) => {
      onPaid();
      return fail('request_refused', { method: METHOD.name, code: 'canary of a buyer' });
    });
    expect(lines).toEqual(['aliexpress.some.get: request_refused; 13 of 200 calls today']);
  });

  test('names no count for a call that the budget has not allowed', async () => {
    const lines = await linesOf(async () => fail('budget_unavailable', {}));
    expect(lines).toEqual(['aliexpress.some.get: budget_unavailable']);
  });

  test('repeats nothing of an error that nobody expects', async () => {
    const lines = await linesOf(async () => Promise.reject(new Error('canary of a buyer')));
    expect(lines).toEqual(['aliexpress.some.get: failed']);
  });
});
