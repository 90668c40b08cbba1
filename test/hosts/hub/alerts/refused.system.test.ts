import { alertsIn } from '../../../../lib/hosts/hub/alerts/alerts.ts';
import { axiosTransport } from '../../../../lib/http/axios.ts';
import { DAY, HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

const UNLISTED_CODE = 990_001;

describe('Alert that the messenger refuses', () => {
  let hub: TestHub;
  let posts = 0;
  /** What the bot refuses with a code that nobody knows; undefined if nothing. */
  let refuses: RegExp | undefined;
  /** So many messages it takes first, whatever they say. */
  let takesFirst = 0;
  const real = axiosTransport();
  beforeEach(async () => {
    posts = 0;
    takesFirst = 0;
    refuses = undefined;
    hub = await startTestHub({
      messengers: async (request) => {
        posts += 1;
        if (posts > takesFirst && refuses?.test(String(request.body)))
          return { status: 200, body: JSON.stringify({ errcode: UNLISTED_CODE, errmsg: 'no' }) };
        return real(request);
      },
    });
    const channel = { channel: 'dingtalk', webhook_url: group().address };
    await hub.request('PUT', '/admin/alert-channel', channel, hub.adminKey);
  });
  afterEach(() => hub.stop());

  const group = () => hub.sandbox.groups.dingtalk;
  const texts = () => group().cards.map(({ text }) => text);
  const countOf = (word: string) => texts().filter((text) => text.includes(word)).length;
  const raise = (...words: string[]) => {
    for (const word of words)
      alertsIn(hub.hub.runtime.database).raise(
        { key: word, text: { en: `The ${word} happened.`, zh: `发生了 ${word}。` } },
        hub.clock.now(),
      );
  };
  const unsent = () =>
    alertsIn(hub.hub.runtime.database)
      .unsent()
      .map(({ key }) => key);
  const problem = async () =>
    (await hub.request('GET', '/admin/alert-channel', undefined, hub.adminKey)).body.problem?.kind;

  test('One with blocked content holds up no other, and is told of without its text', async () => {
    group().blockedWord = 'forbidden';
    raise('first', 'forbidden', 'second');
    await hub.pass(2 * MINUTE);
    expect([countOf('first'), countOf('second'), countOf('forbidden'), unsent()]).toEqual([1, 1, 0, []]);
    expect(countOf('群机器人拒收了一条提醒')).toBe(1);
    raise('later');
    await hub.pass(2 * MINUTE);
    expect([countOf('later'), unsent()]).toEqual([1, []]);
  });

  test('Many with blocked content are tried once each, and told of once a day', async () => {
    group().blockedWord = 'forbidden';
    raise(...Array.from({ length: 25 }, (_, n) => `forbidden ${n}`));
    await hub.pass(DAY / 2);
    expect([countOf('群机器人拒收了一条提醒'), unsent()]).toEqual([1, []]);
    // Three messages with several, then each alone.
    expect(posts).toBeLessThan(35);
  });

  test('One that is refused after midnight in Beijing is told of on that day too', async () => {
    group().blockedWord = 'forbidden';
    raise('forbidden one');
    await hub.pass(16 * HOUR);
    raise('forbidden two');
    await hub.pass(2 * MINUTE);
    expect([countOf('群机器人拒收了一条提醒'), unsent()]).toEqual([2, []]);
  });

  test('A bot that refuses every message with an unknown code keeps all, and the page says so', async () => {
    refuses = /./;
    raise('first', 'second');
    await hub.pass(12 * HOUR);
    expect([unsent(), posts < 25]).toEqual([['first', 'second'], true]);
    expect(await problem()).toBe('channel_message_refused');
    refuses = undefined;
    await hub.pass(2 * HOUR);
    expect([countOf('first'), countOf('second'), unsent(), await problem()]).toEqual([1, 1, [], undefined]);
  });

  test('One that is refused with an unknown code holds up no other', async () => {
    refuses = /odd/;
    raise('odd', 'first');
    await hub.pass(2 * MINUTE);
    expect([countOf('first'), countOf('odd'), unsent()]).toEqual([1, 0, []]);
    expect(countOf('群机器人拒收了一条提醒')).toBe(1);
  });

  test('A bot that breaks in the middle of many alerts loses none', async () => {
    const all = Array.from({ length: 25 }, (_, n) => `alert ${n};`);
    takesFirst = 1;
    refuses = /./;
    raise(...all);
    await hub.pass(12 * HOUR);
    expect([unsent(), posts < 45]).toEqual([all.slice(10), true]);
    refuses = undefined;
    await hub.pass(2 * HOUR);
    expect([all.map(countOf), unsent()]).toEqual([all.map(() => 1), []]);
  });

  test('A single alert is kept until another one shows that the bot works', async () => {
    takesFirst = 1;
    refuses = /./;
    raise(...Array.from({ length: 11 }, (_, n) => `alert ${n}`));
    await hub.pass(HOUR);
    expect(unsent()).toEqual(['alert 10']);
    refuses = /alert 10/;
    raise('later');
    await hub.pass(2 * HOUR);
    expect([countOf('later'), unsent()]).toEqual([1, []]);
  });

  test('A new alert is sent at once while another one is refused', async () => {
    refuses = /odd/;
    raise('odd');
    await hub.pass(2 * HOUR);
    raise('urgent');
    await hub.pass(2 * MINUTE);
    expect([countOf('urgent'), countOf('群机器人拒收了一条提醒'), unsent()]).toEqual([1, 1, []]);
  });

  test('Many that are refused with an unknown code are settled together', async () => {
    const odd = (from: number) => Array.from({ length: 12 }, (_, n) => `odd ${from + n}`);
    refuses = /odd/;
    raise(...odd(0), 'good');
    await hub.pass(10 * MINUTE);
    expect([countOf('good'), countOf('群机器人拒收了一条提醒'), unsent()]).toEqual([1, 1, []]);
    expect([await problem(), posts < 35]).toEqual([undefined, true]);
    // Today nothing tells of them again, so another alert shows that the bot works.
    raise(...odd(12), 'better');
    await hub.pass(10 * MINUTE);
    raise('later');
    await hub.pass(2 * MINUTE);
    expect([countOf('later'), countOf('群机器人拒收了一条提醒'), unsent()]).toEqual([1, 1, []]);
  });

  test('A bot that works for one message in between loses none', async () => {
    refuses = /./;
    raise('first', 'second');
    await hub.pass(HOUR);
    refuses = /first|second|拒收/;
    raise('third');
    await hub.pass(HOUR);
    expect([countOf('third'), unsent().slice(0, 2)]).toEqual([1, ['first', 'second']]);
    refuses = undefined;
    await hub.pass(2 * HOUR);
    expect([countOf('first'), countOf('second'), unsent()]).toEqual([1, 1, []]);
  });

  test('A bot that lists IP addresses refuses all, and they are kept', async () => {
    group().refusesThisAddress = true;
    raise('first', 'second');
    await hub.pass(DAY);
    expect([unsent().filter((key) => !key.startsWith('account')), await problem()]).toEqual([
      ['first', 'second'],
      'channel_ip_refused',
    ]);
  });

  test('One that was sent and could not be recorded is not sent again', async () => {
    const { connection } = hub.hub.runtime.database;
    connection.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON alerts BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    raise('first');
    await hub.pass(10 * MINUTE);
    connection.exec('DROP TRIGGER full');
    await hub.pass(10 * MINUTE);
    expect([countOf('first'), unsent()]).toEqual([1, []]);
  });
});
