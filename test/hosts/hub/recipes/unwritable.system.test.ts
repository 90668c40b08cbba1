import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionDeclaration } from '../../../../lib/pack/operation.ts';
import { HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Ticket of a recipe that cannot be kept', () => {
  let hub: TestHub;
  let recipe: string;
  let subscription: string;
  const admin = async (method: string, path: string, body?: unknown) =>
    (await hub.request(method, path, body, hub.adminKey)).body;
  const alerts = async (): Promise<string[]> =>
    (await admin('GET', '/admin/alerts')).items
      .filter(({ key }: { key: string }) => !key.startsWith('account '))
      .map((each: { text: { en: string } }) => each.text.en);
  const sendExample = () => admin('POST', `/admin/subscriptions/${subscription}/example`);
  const states = async () =>
    (await admin('GET', '/admin/events')).items.map(
      ({ deliveries: [first] }: { deliveries: { state: string }[] }) => first?.state,
    );

  beforeEach(async () => {
    hub = await startTestHub();
    recipe = `/admin/shops/${hub.sandbox.accounts.sellerId}/recipes/bad_review_to_ticket`;
    ({ subscription } = await admin('PUT', recipe, { is_on: true }));
  });
  afterEach(() => hub.stop());

  const switchOff = () => admin('PUT', recipe, { is_on: false });

  /**
   * The hub errs at every ticket until the returned function is called.
   * @param during what happens during each attempt
   */
  function breakTickets(during: () => Promise<void> = async () => {}): () => void {
    const { actions } = hub.hub.runtime.registry;
    const { sink } = actions.find(({ key }) => key === 'prepare_ticket') as ActionDeclaration;
    const { deliver } = sink;
    const mistake = async () => {
      await during();
      throw new Error('a mistake');
    };
    Object.assign(sink, { deliver: mistake });
    return () => {
      Object.assign(sink, { deliver });
    };
  }

  test('Where the file cannot be written, an alert says so until it can, and then none is missing', async () => {
    const folder = join(hub.hub.runtime.hub.folder, 'tickets');
    writeFileSync(folder, 'not a folder');
    await sendExample();
    await sendExample();
    await hub.pass(MINUTE);
    expect(await alerts()).toEqual([
      expect.stringMatching(/\(Ticket\) waits and is tried again: the file cannot be written/),
    ]);
    rmSync(folder);
    await hub.pass(5 * MINUTE);
    expect([await alerts(), await states()]).toEqual([[], ['delivered', 'delivered']]);
    expect(readdirSync(join(folder, hub.sandbox.accounts.sellerId)).length).toBeGreaterThan(0);
  });

  test('One at which the hub errs lets later ones pass, and an alert says so until it is delivered', async () => {
    const mend = breakTickets();
    await sendExample();
    await hub.pass(2 * HOUR);
    const parked = [
      expect.stringMatching(/^"Example.*\(.*, Ticket\) and is tried again: an error in the hub\.$/),
    ];
    expect(await alerts()).toEqual(parked);
    mend();
    await sendExample();
    await hub.pass(MINUTE);
    expect([await states(), await alerts()]).toEqual([['delivered', 'parked'], parked]);
    await hub.pass(6 * HOUR);
    expect([await states(), await alerts()]).toEqual([['delivered', 'delivered'], []]);
  });

  test('What is told of one that is parked ends when it is given up, or its recipe is switched off', async () => {
    const { database } = hub.hub.runtime;
    const mend = breakTickets();
    await sendExample();
    await sendExample();
    await hub.pass(3 * HOUR);
    expect(await alerts()).toHaveLength(2);
    database.connection.exec("UPDATE deliveries SET due_at = 0, step = 'gone' WHERE id = 1");
    await hub.pass(MINUTE);
    expect([await states(), (await alerts()).length]).toEqual([['parked', 'dead'], 1]);
    await switchOff();
    expect(await alerts()).toEqual([]);
    mend();
  });

  test('One under way while its recipe is switched off is not said to be tried again', async () => {
    let attempts = 0;
    const mend = breakTickets(async () => {
      attempts += 1;
      if (attempts === 4) await switchOff();
    });
    await sendExample();
    await hub.pass(2 * HOUR);
    mend();
    expect([attempts, await states(), await alerts()]).toEqual([4, ['dead'], []]);
  });

  describe('of a recipe that is switched off, sent again', () => {
    let seq: number;
    beforeEach(async () => {
      await sendExample();
      await hub.pass(MINUTE);
      await switchOff();
      [{ seq }] = (await admin('GET', '/admin/events')).items;
    });
    const sendAgain = async () => {
      await admin('POST', `/admin/events/${seq}/send-again`);
      await hub.pass(5 * MINUTE);
    };
    const notTriedAgain = (why: string) => [
      expect.stringMatching(
        new RegExp(`^"Example.*" was sent by hand and not delivered: ${why}.* It is not tried again`),
      ),
    ];

    test('is given up with an alert where its file cannot be written', async () => {
      const folder = join(hub.hub.runtime.hub.folder, 'tickets');
      rmSync(folder, { recursive: true });
      writeFileSync(folder, 'not a folder');
      await sendAgain();
      expect([await states(), await alerts()]).toEqual([
        ['dead'],
        notTriedAgain('the file cannot be written'),
      ]);
      rmSync(folder);
      await sendAgain();
      expect([await states(), await alerts()]).toEqual([['delivered'], []]);
    });

    test('is given up with an alert where the hub errs', async () => {
      const mend = breakTickets();
      await sendAgain();
      mend();
      expect([await states(), await alerts()]).toEqual([['dead'], notTriedAgain('an error in the hub')]);
    });
  });
});
