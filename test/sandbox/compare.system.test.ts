import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { keepTicket } from '../../lib/hosts/hub/recipes/tickets.ts';
import { toLine } from '../../lib/hosts/hub/sheets/workbook.ts';
import type { RecipeDeclaration } from '../../lib/pack/recipe.ts';
import { HOUR } from '../../lib/runtime.ts';
import { feishuMessage } from '../../recipes/steps.ts';
import { compare, type DeliveredEvent, type Ending, type RecipeResult } from '../../sandbox/compare.ts';
import type { Expectation, ExpectedEvent } from '../../sandbox/expected-events.ts';
import type { Group } from '../../sandbox/messengers.ts';
import { rowAndTicket } from '../support/row-and-ticket.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const span = { from: 0, to: 100 * HOUR };
const recipe: RecipeDeclaration = { ...rowAndTicket, steps: [...rowAndTicket.steps, feishuMessage] };
const expectation: Expectation = {
  events: ['1', '2'].map((key): ExpectedEvent => ({ key, at: Number(key) * HOUR })),
  keyOf: ({ order_id }) => String(order_id),
  wasTrue: ({ at }, emitted) => at <= emitted.at,
};

describe('Comparison of delivered and expected events', () => {
  let folder: TemporaryFolder;
  let group: Group;
  let events: DeliveredEvent[];
  beforeEach(() => {
    folder = temporaryFolder();
    group = { cards: [] } as unknown as Group;
    events = [];
  });
  afterEach(() => folder.remove());

  const eventOf = (key: string) => ({
    id: `event ${key}`,
    order_id: key,
    title_zh: `订单 ${key}`,
    text_zh: `内容 ${key}`,
    occurred_at: '2026-10-07T00:00:00Z',
  });
  const addCard = (key: string) => {
    const { title_zh: title, text_zh: text } = eventOf(key);
    group.cards.push({ at: 0, title, text, severity: 'info', mentionsEveryone: false, body: '' });
  };
  const addRow = (key: string) => {
    const sheet = join(folder.path, 'sheets', `${recipe.key}.csv`);
    mkdirSync(join(folder.path, 'sheets'), { recursive: true });
    const header = existsSync(sheet) ? '' : toLine(['h', 'h']);
    appendFileSync(sheet, header + toLine([key, `订单 ${key}`]));
  };
  const addTicket = (key: string) => {
    const { title_zh: subject, occurred_at } = eventOf(key);
    keepTicket(join(folder.path, 'tickets'), { external_id: key, subject, occurred_at });
  };
  /** Emits an event and delivers all its steps within half an hour. */
  async function deliver(key: string, changes: Partial<DeliveredEvent> = {}): Promise<void> {
    const at = changes.at ?? Number(key) * HOUR;
    const deliveredAt = [[at + HOUR / 4], [at + HOUR / 2], [at]];
    events.push({ recipe, event: eventOf(key), at, lastCallAt: () => at, deliveredAt, ...changes });
    addCard(key);
    addRow(key);
    addTicket(key);
  }
  const compared = (expected = expectation, ending?: Ending) =>
    compare({
      group,
      folder: folder.path,
      events,
      expectations: new Map([[recipe, expected]]),
      span,
      ...(ending && { ending }),
    });
  const result = (): RecipeResult => compared().recipes[0] as RecipeResult;

  test('A run that delivers every event has no missed, duplicate or false event', async () => {
    await deliver('1');
    await deliver('2');
    expect(result()).toMatchObject({
      expected: 2,
      delivered: 2,
      missed: [],
      duplicates: [],
      falseAlerts: [],
    });
  });

  test('The delay is measured until the last step of the recipe', async () => {
    await deliver('1');
    expect(result().delays).toEqual({ mean: HOUR / 2, max: HOUR / 2 });
  });

  test('A card in the markup of its messenger is matched with its event', async () => {
    await deliver('2');
    await deliver('1', { event: { ...eventOf('1'), text_zh: '**内容** 1\\.5 _时间_' } });
    group.cards[1] = { ...(group.cards[1] as (typeof group.cards)[number]), text: '**内容** 1.5 *时间*' };
    expect(result().missed).toEqual([]);
    expect(compared().unexpected).toEqual([]);
  });

  test('An event that was not emitted is listed as missed', async () => {
    await deliver('1');
    expect(result().missed).toEqual(['2']);
  });

  test.each(['card', 'row', 'ticket'])(
    'An event whose %s did not arrive is listed as missed',
    async (missing) => {
      await deliver('2');
      const deliveredAt = [[HOUR], [HOUR], [HOUR]];
      events.push({ ...(events[0] as DeliveredEvent), event: eventOf('1'), at: HOUR, deliveredAt });
      if (missing !== 'card') addCard('1');
      if (missing !== 'row') addRow('1');
      if (missing !== 'ticket') await addTicket('1');
      expect(result().missed).toEqual(['1']);
    },
  );

  test('A record with two events is listed as a duplicate', async () => {
    await deliver('1');
    await deliver('1', { event: { ...eventOf('1'), id: 'another' } });
    expect(result().duplicates).toEqual(['1']);
  });

  test('An event whose step ran twice is listed as a duplicate', async () => {
    await deliver('1', { deliveredAt: [[HOUR, 2 * HOUR], [HOUR], [HOUR]] });
    expect(result().duplicates).toEqual(['1']);
  });

  test('An event that was emitted before it was true is a false alert', async () => {
    await deliver('2', { at: HOUR });
    expect(result()).toMatchObject({ falseAlerts: ['2'], missed: ['1', '2'] });
  });

  test('An event that was never true is a false alert', async () => {
    await deliver('3');
    expect(result().falseAlerts).toEqual(['3']);
  });

  test('A card that belongs to no event is unexpected', async () => {
    await deliver('1');
    addCard('1');
    expect(compared().unexpected).toEqual(['card\n订单1\n内容1']);
  });

  describe('Record that is read one at a time', () => {
    const followed = { orderIds: ['1'], since: 0, until: 150 * HOUR };
    const outcome = (changes: Partial<typeof followed>, shownAt: number) => {
      const expected = {
        ...expectation,
        events: [{ key: '1', at: HOUR, followed: { ...followed, ...changes } }],
      };
      const wasShown: Ending['wasShown'] = (ids, from, to) =>
        ids.includes('1') && from <= shownAt && shownAt <= to;
      const { underWay, beforeStart, missed } = compared(expected, { at: 124 * HOUR, wasShown })
        .recipes[0] as RecipeResult;
      return { underWay, beforeStart, missed };
    };
    const under = { underWay: ['1'], beforeStart: [], missed: [] };
    const before = { underWay: [], beforeStart: ['1'], missed: [] };
    const missed = { underWay: [], beforeStart: [], missed: ['1'] };

    test.each<[string, Partial<typeof followed>, number, object]>([
      ['is under way while it can still be found', {}, 2 * HOUR, under],
      ['is missed once it can no longer be found', { until: 100 * HOUR }, 2 * HOUR, missed],
      ['is from before the start if no list showed it', { since: -HOUR }, -2 * HOUR, before],
      ['is missed if a list showed it after the start', { since: -HOUR, until: 100 * HOUR }, HOUR, missed],
      [
        'is from before the start if it was shown too late',
        { since: -HOUR, until: 9 * HOUR },
        10 * HOUR,
        before,
      ],
      ['is not from before the start if it began later', { until: 100 * HOUR }, -2 * HOUR, missed],
    ])('An event of it that was not delivered %s', (_, changes, shownAt, expected) => {
      expect(outcome(changes, shownAt)).toEqual(expected);
    });

    test('An event of it that was delivered has no other outcome', async () => {
      await deliver('1');
      expect(outcome({}, HOUR)).toEqual({ underWay: [], beforeStart: [], missed: [] });
    });
  });
});
