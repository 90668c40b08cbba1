import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TicketDesk, ticketFolder, ticketWebhook } from '../../../lib/hosts/local/tickets.ts';
import type { HttpRequest, Transport } from '../../../lib/http/transport.ts';
import { type FailureReason, TransportFailure } from '../../../lib/http/transport.ts';
import { readTicketAddress } from '../../../lib/settings.ts';
import { problemLike } from '../../support/problem-like.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const ADDRESS = 'https://desk.example.com/hooks/CANARY-KEY';
const ticket = { external_id: 'aliexpress-bad_review-8201-0123456789', subject: '订单 8201 收到 2 星评价' };

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());
const keptIn = (path: string) => (existsSync(path) ? readdirSync(path) : []);

describe('Ticket folder', () => {
  const path = () => join(folder.path, 'tickets');

  test('A ticket is one file, named by its external id', async () => {
    await ticketFolder(path()).submit(ticket);
    expect(keptIn(path())).toEqual([`${ticket.external_id}.json`]);
  });

  test('The file contains the whole ticket', async () => {
    await ticketFolder(path()).submit(ticket);
    const text = readFileSync(join(path(), `${ticket.external_id}.json`), 'utf8');
    expect(JSON.parse(text)).toEqual(ticket);
  });

  test('A ticket that is submitted twice is one file', async () => {
    await ticketFolder(path()).submit(ticket);
    await ticketFolder(path()).submit(ticket);
    expect(keptIn(path())).toHaveLength(1);
  });

  test.each([[undefined], ['../escaped'], ['']])(
    'A ticket with the external id %j, which cannot name a file, is refused',
    async (id) => {
      await expect(ticketFolder(path()).submit({ external_id: id })).rejects.toThrow('external id');
    },
  );
});

describe('Ticket webhook', () => {
  const refusedPath = () => join(folder.path, 'refused');
  let sent: HttpRequest[];
  beforeEach(() => {
    sent = [];
  });
  const answering =
    (status: number): Transport =>
    async (request) => {
      sent.push(request);
      return { status, body: 'CANARY-ANSWER' };
    };
  const failing =
    (reason: FailureReason): Transport =>
    async () => {
      throw new TransportFailure(reason);
    };
  const desk = (transport: Transport): TicketDesk =>
    ticketWebhook(ADDRESS, transport, ticketFolder(refusedPath()));

  test('A ticket is posted as JSON', async () => {
    await desk(answering(200)).submit(ticket);
    expect(sent.map(({ method, url, body }) => [method, url, JSON.parse(body ?? '')])).toEqual([
      ['POST', ADDRESS, ticket],
    ]);
  });

  test('The request has the external id as idempotency key', async () => {
    await desk(answering(200)).submit(ticket);
    expect(sent[0]?.headers).toMatchObject({ 'idempotency-key': ticket.external_id });
  });

  test.each([200, 201, 202, 204])('A ticket is delivered when the answer has status %d', async (status) => {
    await expect(desk(answering(status)).submit(ticket)).resolves.toBeUndefined();
  });

  test.each([400, 401, 404, 409, 422, 302])(
    'The error of a ticket refused with status %d names the status',
    async (status) => {
      await expect(desk(answering(status)).submit(ticket)).rejects.toMatchObject({
        kind: 'TicketRefused',
        message: expect.stringContaining(`HTTP ${status}`),
      });
    },
  );

  test('A refused ticket is kept as a file', async () => {
    await desk(answering(422))
      .submit(ticket)
      .catch(() => {});
    expect(keptIn(refusedPath())).toEqual([`${ticket.external_id}.json`]);
  });

  test.each([500, 502, 503, 408, 425, 429])(
    'A ticket can be submitted again after status %d',
    async (status) => {
      await expect(desk(answering(status)).submit(ticket)).rejects.toMatchObject({
        kind: 'TicketUnreachable',
      });
    },
  );

  test.each<FailureReason>(['timeout', 'cut', 'not_sent'])(
    'A ticket can be submitted again where there was no answer: %s',
    async (reason) => {
      await expect(desk(failing(reason)).submit(ticket)).rejects.toMatchObject({
        kind: 'TicketUnreachable',
      });
    },
  );

  test.each([422, 503])('The error after status %d contains neither address nor answer', async (status) => {
    await expect(desk(answering(status)).submit(ticket)).rejects.toMatchObject({
      message: expect.not.stringContaining('CANARY'),
    });
  });
});

describe('Address for tickets', () => {
  test.each([
    'https://desk.example.com/hook?key=1',
    'http://127.0.0.1:4020/tickets',
    'http://localhost/',
    'http://[::1]:4020/',
  ])('The address %s is accepted', (address) => {
    expect(readTicketAddress({ TICKET_WEBHOOK_URL: address })).toBe(address);
  });

  test.each([
    'http://desk.example.com/hook',
    'http://127.0.0.1.example.com/',
    'ftp://desk.example.com/',
    'desk.example.com',
  ])('The address %s is refused', (address) => {
    expect(() => readTicketAddress({ TICKET_WEBHOOK_URL: address })).toThrow(
      problemLike('bad_setting', { setting: 'TICKET_WEBHOOK_URL' }),
    );
  });

  test('The address is optional', () => {
    expect(readTicketAddress({ TICKET_WEBHOOK_URL: ' ' })).toBeUndefined();
  });
});
