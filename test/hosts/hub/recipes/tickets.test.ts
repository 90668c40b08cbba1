import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepTicket, postTicket } from '../../../../lib/hosts/hub/recipes/tickets.ts';
import {
  type FailureReason,
  type HttpRequest,
  type Transport,
  TransportFailure,
} from '../../../../lib/http/transport.ts';
import { readTicketAddress } from '../../../../lib/settings.ts';
import { problemLike } from '../../../support/problem-like.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.ts';

const ADDRESS = 'https://desk.example.com/hooks/CANARY-KEY';
const ticket = { external_id: 'aliexpress-bad_review-8201-0123456789', subject: '订单 8201 收到 2 星评价' };

describe('Ticket that is kept as a file', () => {
  let folder: TemporaryFolder;
  const path = () => join(folder.path, 'tickets');
  const kept = () => (existsSync(path()) ? readdirSync(path()) : []);
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  test('It is one file, named by its external id, also when it is kept twice', () => {
    keepTicket(path(), ticket);
    keepTicket(path(), ticket);
    expect(kept()).toEqual([`${ticket.external_id}.json`]);
    expect(JSON.parse(readFileSync(join(path(), kept()[0] ?? ''), 'utf8'))).toEqual(ticket);
  });

  test.each([[undefined], ['../escaped'], ['']])(
    'The external id %j, which cannot name a file, is refused',
    (id) => {
      expect(() => keepTicket(path(), { external_id: id })).toThrow('external id');
      expect(kept()).toEqual([]);
    },
  );
});

describe('Ticket that is posted', () => {
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
  const post = (transport: Transport) => postTicket(ADDRESS, transport, ticket);

  test('It is JSON, with its external id as idempotency key', async () => {
    await post(answering(200));
    expect(sent).toMatchObject([
      { method: 'POST', url: ADDRESS, headers: { 'idempotency-key': ticket.external_id } },
    ]);
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual(ticket);
  });

  test.each([200, 201, 202, 204])('It is delivered when the answer has status %d', async (status) => {
    await expect(post(answering(status))).resolves.toBeUndefined();
  });

  test.each([400, 401, 404, 409, 422, 302])('It is refused with status %d', async (status) => {
    await expect(post(answering(status))).rejects.toThrow(problemLike('ticket_refused', { status }));
  });

  test.each([500, 502, 503, 408, 425, 429])('It can be posted again after status %d', async (status) => {
    await expect(post(answering(status))).rejects.toMatchObject({ kind: 'ticket_unreachable' });
  });

  test.each<FailureReason>(['timeout', 'cut', 'not_sent'])(
    'It can be posted again where there was no answer: %s',
    async (reason) => {
      const failing: Transport = async () => {
        throw new TransportFailure(reason);
      };
      await expect(post(failing)).rejects.toMatchObject({ kind: 'ticket_unreachable' });
    },
  );

  test.each([
    [200, undefined],
    [422, 'ticket_refused'],
    [503, 'ticket_unreachable'],
  ])('After an answer that is too large, the status %d decides', async (status, kind) => {
    const failing: Transport = async () => {
      throw new TransportFailure('too_large', status);
    };
    const problem = await post(failing).catch((error: unknown) => error);
    expect((problem as { kind?: string } | undefined)?.kind).toBe(kind);
  });

  test.each([422, 503])('The problem after status %d contains neither address nor answer', async (status) => {
    await expect(post(answering(status))).rejects.toMatchObject({
      message: expect.not.stringContaining('CANARY'),
    });
  });
});

describe('TICKET_WEBHOOK_URL', () => {
  test.each(['https://desk.example.com/hook?key=1', 'http://127.0.0.1:4020/tickets', 'http://[::1]:4020/'])(
    'The address %s is accepted',
    (address) => {
      expect(readTicketAddress({ TICKET_WEBHOOK_URL: address })).toBe(address);
    },
  );

  test.each([
    'http://desk.example.com/hook',
    'http://127.0.0.1.example.com/',
    'ftp://desk.example.com/',
    'desk',
  ])('The address %s is refused', (address) => {
    expect(() => readTicketAddress({ TICKET_WEBHOOK_URL: address })).toThrow(
      problemLike('bad_setting', { setting: 'TICKET_WEBHOOK_URL' }),
    );
  });

  test('The address is optional', () => {
    expect(readTicketAddress({ TICKET_WEBHOOK_URL: ' ' })).toBeUndefined();
  });
});
