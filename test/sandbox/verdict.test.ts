import { join } from 'node:path';
import { csvSheet } from '../../lib/hosts/local/sheets.ts';
import { ticketFolder } from '../../lib/hosts/local/tickets.ts';
import type { RecipeDeclaration } from '../../lib/pack/recipe.ts';
import { feishuCard } from '../../recipes/steps.ts';
import type { FeishuGroup } from '../../sandbox/feishu.ts';
import type { Moment, Truth } from '../../sandbox/truth.ts';
import { judge, type RecipeVerdict, type Tale, type Verdict } from '../../sandbox/verdict.ts';
import { rowAndTicket } from '../support/row-and-ticket.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const HOUR = 3_600_000;
const span = { from: 0, to: 100 * HOUR };
const recipe: RecipeDeclaration = { ...rowAndTicket, steps: [...rowAndTicket.steps, feishuCard] };
const truth: Truth = {
  moments: ['1', '2'].map((key): Moment => ({ key, at: Number(key) * HOUR })),
  keyOf: ({ order_id }) => String(order_id),
  held: ({ at }, told) => at <= told.at,
};

describe('A verdict', () => {
  let folder: TemporaryFolder;
  let group: FeishuGroup;
  let tales: Tale[];
  beforeEach(() => {
    folder = temporaryFolder();
    group = { cards: [] } as unknown as FeishuGroup;
    tales = [];
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
    group.cards.push({ at: 0, title, text, colour: 'blue', body: '' });
  };
  const addRow = (key: string) =>
    csvSheet(join(folder.path, 'sheets', `${recipe.key}.csv`)).append(['h', 'h'], [key, `订单 ${key}`]);
  const addTicket = (key: string) => {
    const { title_zh: subject, occurred_at } = eventOf(key);
    return ticketFolder(join(folder.path, 'tickets')).submit({ external_id: key, subject, occurred_at });
  };
  /** An event that was handed out, and half an hour later everywhere it should be. */
  async function tell(key: string, changes: Partial<Tale> = {}): Promise<void> {
    const at = changes.at ?? Number(key) * HOUR;
    const doneAt = [[at + HOUR / 4], [at + HOUR / 2], [at]];
    tales.push({ recipe, event: eventOf(key), at, askedAt: () => at, doneAt, ...changes });
    addCard(key);
    addRow(key);
    await addTicket(key);
  }
  const verdict = (): Verdict => judge(group, folder.path, tales, new Map([[recipe, truth]]), span);
  const ofRecipe = (): RecipeVerdict => verdict().recipes[0] as RecipeVerdict;

  test('is that all was delivered where it was', async () => {
    await tell('1');
    await tell('2');
    expect(ofRecipe()).toMatchObject({ due: 2, delivered: 2, lost: [], twice: [], wrong: [] });
  });

  test('takes the last step for the delivery', async () => {
    await tell('1');
    expect(ofRecipe().delays).toEqual({ mean: HOUR / 2, worst: HOUR / 2 });
  });

  test('names what was not told', async () => {
    await tell('1');
    expect(ofRecipe().lost).toEqual(['2']);
  });

  test.each(['card', 'row', 'ticket'])('names what was told and is not there: a %s', async (missing) => {
    await tell('2');
    tales.push({ ...(tales[0] as Tale), event: eventOf('1'), at: HOUR, doneAt: [[HOUR], [HOUR], [HOUR]] });
    if (missing !== 'card') addCard('1');
    if (missing !== 'row') addRow('1');
    if (missing !== 'ticket') await addTicket('1');
    expect(ofRecipe().lost).toEqual(['1']);
  });

  test('names what was told twice, with two events', async () => {
    await tell('1');
    await tell('1', { event: { ...eventOf('1'), id: 'another' } });
    expect(ofRecipe().twice).toEqual(['1']);
  });

  test('names what was told twice, with one event', async () => {
    await tell('1', { doneAt: [[HOUR, 2 * HOUR], [HOUR], [HOUR]] });
    expect(ofRecipe().twice).toEqual(['1']);
  });

  test('names what was told before it was so', async () => {
    await tell('2', { at: HOUR });
    expect(ofRecipe()).toMatchObject({ wrong: ['2'], lost: ['1', '2'] });
  });

  test('names what was told and never was', async () => {
    await tell('3');
    expect(ofRecipe().wrong).toEqual(['3']);
  });

  test('names what arrived and was not told', async () => {
    await tell('1');
    addCard('1');
    expect(verdict().strays).toEqual(['card\n订单 1\n内容 1']);
  });
});
