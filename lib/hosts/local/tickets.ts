/**
 * Delivers prepared tickets: by HTTP to a ticket system, or into a folder, one JSON file each.
 *
 * A ticket has a stable external id, so submitting it again creates no second one: the file is overwritten, and the
 * ticket system gets the id as Idempotency-Key.
 */

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Transport, TransportFailure } from '../../http/transport.ts';
import { StepError } from './step-error.ts';

export type Ticket = Record<string, unknown>;

export interface TicketDesk {
  /** @throws StepError `TicketUnreachable`: to be tried again; `TicketRefused`: not to be tried again */
  submit(ticket: Ticket): Promise<void>;
}

export const ticketFolder = (folder: string): TicketDesk => ({
  submit: async (ticket) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${idOf(ticket)}.json`);
    writeFileSync(`${path}.part`, `${JSON.stringify(ticket, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(`${path}.part`, path);
  },
});

/** HTTP statuses after which the same request may be accepted later. */
const TRANSIENT = [408, 425, 429];

/**
 * @param address checked by `readTicketAddress`; it may be a credential, so no message contains it
 * @param refused receives the tickets that the ticket system refuses
 */
export const ticketWebhook = (address: string, transport: Transport, refused: TicketDesk): TicketDesk => ({
  submit: async (ticket) => {
    const { status } = await transport({
      method: 'POST',
      url: address,
      headers: { 'content-type': 'application/json; charset=utf-8', 'idempotency-key': idOf(ticket) },
      body: JSON.stringify(ticket),
    }).catch((error: unknown) => {
      if (!(error instanceof TransportFailure)) throw error;
      throw unreachable(error.reason);
    });
    if (status >= 200 && status < 300) return;
    if (status >= 500 || TRANSIENT.includes(status)) throw unreachable(`HTTP ${status}`);
    await refused.submit(ticket);
    throw new StepError(
      'TicketRefused',
      `The ticket system refused the ticket (HTTP ${status}); it is kept as a file instead. Check TICKET_WEBHOOK_URL.\n工单系统拒绝了该工单（HTTP ${status}），已改存为文件。请检查 TICKET_WEBHOOK_URL。`,
    );
  },
});

const unreachable = (reason: string) =>
  new StepError(
    'TicketUnreachable',
    `The ticket system did not take the ticket (${reason}); it is handed over again later.\n工单系统没有接收该工单（${reason}），稍后会再次提交。`,
  );

/** Safe in a file name and in a header. */
const EXTERNAL_ID = /^[\w-]{1,64}$/;

function idOf({ external_id }: Ticket): string {
  if (typeof external_id === 'string' && EXTERNAL_ID.test(external_id)) return external_id;
  throw new Error('a ticket without an external id');
}
