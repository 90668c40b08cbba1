import prepareTicket from '../../../actions/prepare-ticket.ts';
import { readInputs } from '../../../lib/pack/input.ts';
import { ticketForm } from '../../../lib/tickets/sink.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { fixedClock } from '../../support/fixed-clock.ts';
import { loadApp } from '../../support/make/app.ts';
import { MakeError } from '../../support/make/errors.ts';
import { openRunner } from '../../support/make/runner.ts';
import { FOLDER } from './folder.ts';

const SECRET = 'feishu-test-secret';
const clock = fixedClock('2026-11-21T02:15:07.250Z');
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ clock, callbackUrl: 'https://example.com/', feishuSecret: SECRET });
});
afterAll(() => sandbox.close());

const runner = () =>
  openRunner({ app: loadApp(FOLDER), clock, origins: { 'https://open.feishu.cn': sandbox.url } });
const address = () => `https://open.feishu.cn/open-apis/bot/v2/hook/${sandbox.feishu.token}`;
const card = (parameters: object = {}) =>
  runner().run('sendFeishuCard', {
    parameters: {
      bot_address: address(),
      signing_code: SECRET,
      title: '新订单 1',
      text: '**金额** 5',
      ...parameters,
    },
  });
const errorOf = async (run: Promise<unknown>): Promise<MakeError> => {
  const thrown: unknown = await run.catch((error: unknown) => error);
  if (thrown instanceof MakeError) return thrown;
  throw thrown;
};

describe('Send Feishu Card', () => {
  test('a signed card arrives, and the step says when', async () => {
    const [receipt] = await card({ link: 'https://example.com/1', severity: 'urgent', mention: 'everyone' });
    expect(receipt).toEqual({ title: '新订单 1', sent_at: '2026-11-21T02:15:07.250Z', trimmed: false });
    expect(sandbox.feishu.cards.at(-1)).toMatchObject({ title: '新订单 1' });
  });

  test('a text beyond what a card holds is cut, and the step says so', async () => {
    const [receipt] = await card({ text: '长'.repeat(9000) });
    expect(receipt?.trimmed).toBe(true);
  });

  test('a wrong signing code is named', async () => {
    const { type, message } = await errorOf(card({ signing_code: 'another' }));
    expect(type).toBe('InvalidConfigurationError');
    expect(message).toContain('Feishu refused the signature');
  });

  test('an address that is not a Feishu bot’s is refused before anything is sent', async () => {
    const before = sandbox.feishu.cards.length;
    const { type, message } = await errorOf(
      card({ bot_address: 'https://evil.example/open-apis/bot/v2/hook/12345678' }),
    );
    expect(type).toBe('DataError');
    expect(message).toContain('"Bot Address" is not usable');
    expect(sandbox.feishu.cards).toHaveLength(before);
  });

  test('neither the address of the bot nor the signature is in the log', async () => {
    const make = runner();
    await make.run('sendFeishuCard', {
      parameters: { bot_address: address(), signing_code: SECRET, title: 't', text: 'x' },
    });
    expect(JSON.stringify(make.log)).not.toMatch(new RegExp(`${sandbox.feishu.token}|${SECRET}`));
  });
});

describe('Prepare Ticket', () => {
  const long = `${'Sehr lang und ausführlich. '.repeat(120)}`;
  test.each([
    [
      'an ordinary event',
      {
        title: '2-star review',
        text: '**Stars** 2\n**Review** It *broke*',
        event: '820/x',
        kind: 'bad_review',
        severity: 'urgent',
        link: 'https://example.com/a(1)',
        occurred_at: '2026-11-18T15:22:41Z',
        due_at: '2026-11-25T15:22:41Z',
        tags: ['Two Words', 'ALIEXPRESS'],
      },
    ],
    ['the least there can be', { title: ' a  title ', text: 'text', event: '1' }],
    ['a title that is too long', { title: 'x'.repeat(200), text: 'text', event: '1' }],
    [
      'a plain text that is too long',
      { title: 't', text: 'y'.repeat(3000), event: '1', link: 'https://example.com/1' },
    ],
  ])('%s makes the same ticket as on Zapier', async (_, parameters) => {
    const onZapier = await ticketForm.deliver(readInputs(prepareTicket.inputs, parameters), {});
    expect(await runner().run('prepareTicket', { parameters })).toEqual([onZapier]);
  });

  test('a text of many bytes stays within 2 KB and says that it was cut', async () => {
    const [ticket] = await runner().run('prepareTicket', {
      parameters: { title: 't', text: long, event: '1' },
    });
    expect([Buffer.byteLength(String(ticket?.body_text)) <= 2048, ticket?.trimmed]).toEqual([true, true]);
  });

  test('a time without its zone is refused by name', async () => {
    const parameters = { title: 't', text: 'x', event: '1', due_at: 'tomorrow' };
    expect((await errorOf(runner().run('prepareTicket', { parameters }))).message).toContain(
      '"Due At" is not usable',
    );
  });
});
