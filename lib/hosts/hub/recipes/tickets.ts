/**
 * Delivers prepared tickets: by HTTP to a ticket system, or into a folder, one JSON file each.
 *
 * A ticket has a stable external id, so submitting it again creates no second one: the file is overwritten, and the
 * ticket system gets the id as Idempotency-Key.
 */

import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type HttpAnswer,
  TEMPORARY_STATUSES,
  type Transport,
  TransportFailure,
} from '../../../http/transport.ts';
import { fail, REASONS } from '../../../problems.ts';
import { makeFolder } from '../make-folder.ts';

export type Ticket = Record<string, unknown>;

/** @throws an error of the file system */
export function keepTicket(folder: string, ticket: Ticket): void {
  makeFolder(folder);
  const path = join(folder, `${idOf(ticket)}.json`);
  writeFileSync(`${path}.part`, `${JSON.stringify(ticket, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.part`, path);
}

/**
 * @param address may be a credential, so no message contains it
 * @throws Problem `ticket_unreachable`, `ticket_refused`, `target_refused`
 */
export async function postTicket(address: string, transport: Transport, ticket: Ticket): Promise<void> {
  const { status } = await transport({
    method: 'POST',
    url: address,
    headers: { 'content-type': 'application/json; charset=utf-8', 'idempotency-key': idOf(ticket) },
    body: JSON.stringify(ticket),
  }).catch((error: unknown): HttpAnswer => {
    if (!(error instanceof TransportFailure)) throw error;
    if (error.status !== undefined) return { status: error.status, body: '' };
    return fail('ticket_unreachable', {
      reason: error.reason === 'timeout' ? REASONS.timeout : REASONS.not_connected,
    });
  });
  if (status >= 200 && status < 300) return;
  if (status < 500 && !TEMPORARY_STATUSES.has(status)) fail('ticket_refused', { status });
  const reason = `HTTP ${status}`;
  fail('ticket_unreachable', { reason: { en: reason, zh: reason } });
}

/** Safe in a file name and in a header. */
const EXTERNAL_ID = /^[\w-]{1,64}$/;

function idOf({ external_id }: Ticket): string {
  if (typeof external_id === 'string' && EXTERNAL_ID.test(external_id)) return external_id;
  throw new Error('a ticket without an external id');
}
