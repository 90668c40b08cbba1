/**
 * Runs the recipes in the sandbox until each has delivered, and keeps what arrived in the group, the sheets and the ticket
 * folder. The shop is small and has more of what rarely happens. Its app is in test status, so its connection expires soon.
 */

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openInputs, type RecipeDeclaration, type RecipeStep } from '../../../lib/pack/recipe.ts';
import { DAY, HOUR } from '../../../lib/runtime.ts';
import badReview from '../../../recipes/bad-review-to-ticket.ts';
import dailyReport from '../../../recipes/daily-report-to-feishu.ts';
import dispute from '../../../recipes/dispute-to-ticket-and-feishu.ts';
import { recipes } from '../../../recipes/index.ts';
import stalledParcel from '../../../recipes/stalled-parcel-to-ticket.ts';
import { readCsv } from '../../../sandbox/deliveries.ts';
import { openRun, RUN_START } from '../../../sandbox/run.ts';
import type { Delivered, Delivery } from './delivery.ts';

const SHOP = {
  seed: 108,
  curve: 'olist',
  ordersPerDay: 20,
  historyDays: 25,
  variedParcels: { abnormal: 0.15 },
  stallShare: 0.2,
  disputeShare: 0.1,
  badShare: 0.3,
} as const;
const MAX_DAYS = 3;
const INTERVAL_MS = 6 * HOUR;
const WATCHED_PRODUCTS = 5;

interface Part {
  /** Run until each of these has delivered. */
  recipes: readonly RecipeDeclaration[];
  /** Run beside them. */
  others: readonly RecipeDeclaration[];
  dailyLimit: number;
}

/** What is found depends little on how calls are shared out where there are calls to spare. */
const EVENTS: Part = {
  recipes: recipes.filter((recipe) => recipe !== dailyReport),
  others: [],
  dailyLimit: 5000,
};
/** The report says how many calls there are, and what other workflows found. */
const REPORT: Part = {
  recipes: [dailyReport],
  others: [badReview, dispute, stalledParcel],
  dailyLimit: 200,
};

/**
 * @param folder empty; sheets and tickets are written there
 * @returns by the recipe's key, the deliveries of all events of which every step ran, the oldest first
 */
export async function playRecipes(folder: string): Promise<ReadonlyMap<string, Delivery[]>> {
  const events = await play(EVENTS, join(folder, 'events'));
  const reports = await play(REPORT, join(folder, 'reports'));
  const found = new Map([...events, ...reports]);
  return new Map(recipes.map(({ key }) => [key, found.get(key) ?? []]));
}

async function play(part: Part, folder: string): Promise<Map<string, Delivery[]>> {
  const workflows = [...part.others, ...part.recipes].map(inBothLanguages);
  const delivered = new Map<string, Map<string, Delivered[]>>(workflows.map(({ key }) => [key, new Map()]));
  const run = await openRun({
    ...SHOP,
    dailyLimit: part.dailyLimit,
    from: RUN_START,
    to: RUN_START + MAX_DAYS * DAY,
    folder,
    onDelivered: ({ workflow, event, step }) => {
      const recipe = workflows.find(({ key }) => key === workflow);
      const declared = recipe?.steps[step];
      if (!declared) throw new Error(`${workflow} has no step ${step}`);
      const ofEvent = delivered.get(workflow)?.get(event.id) ?? [];
      ofEvent[step] = arrivedIn(declared, workflow);
      delivered.get(workflow)?.set(event.id, ofEvent);
    },
  });
  const { clock, platform, fixed, sandbox } = run;

  function arrivedIn(step: RecipeStep, workflow: string): Delivered {
    if ('sheet' in step) return { row: lastRow(join(folder, 'sheets', `${workflow}.csv`)) };
    if (step.output === 'ticket') return { ticket: takeTicket(join(folder, 'tickets')) };
    const { timestamp: _, sign: __, ...card } = JSON.parse(sandbox.groups.feishu.cards.at(-1)?.body ?? '');
    return { card };
  }

  try {
    const products = sandbox.shop.products.slice(0, WATCHED_PRODUCTS).map(({ id }) => String(id));
    for (let at = RUN_START; at < RUN_START + MAX_DAYS * DAY; at += INTERVAL_MS) {
      clock.advanceTo(at);
      for (const recipe of workflows) {
        const inputs = Object.fromEntries(openInputs(recipe).map((key) => [key, products]));
        await platform.poll({ recipe, inputs, fixed });
      }
      const found = completeIn(part.recipes, delivered);
      if ([...found.values()].every((deliveries) => deliveries.length > 0)) return found;
    }
    return completeIn(part.recipes, delivered);
  } finally {
    await run.close();
  }
}

/** The recipe with each of its steps a second time, as a seller sets it up for English messages. */
function inBothLanguages(recipe: RecipeDeclaration): RecipeDeclaration {
  return { ...recipe, steps: [...recipe.steps, ...recipe.steps.map(inEnglish)] };
}

function inEnglish(step: RecipeStep): RecipeStep {
  const english = (template: string) => template.replaceAll('_zh}', '}');
  if ('sheet' in step) {
    const columns = step.sheet.columns.map(({ title, value }) => ({ title, value: english(value) }));
    return { sheet: { ...step.sheet, columns } };
  }
  const map = Object.entries(step.map).map(([key, template]) => [key, english(template)]);
  return { ...step, map: Object.fromEntries(map) };
}

function completeIn(
  played: readonly RecipeDeclaration[],
  delivered: ReadonlyMap<string, ReadonlyMap<string, readonly Delivered[]>>,
): Map<string, Delivery[]> {
  return new Map(
    played.map(({ key, steps }) => {
      const complete = [...(delivered.get(key) ?? [])].filter(
        ([, bySteps]) => Object.keys(bySteps).length === 2 * steps.length,
      );
      const deliveries = complete.map(([event, bySteps]): Delivery => {
        const together = (of: readonly Delivered[]): Delivered => Object.assign({}, ...of);
        return {
          event,
          en: together(bySteps.slice(steps.length)),
          zh: together(bySteps.slice(0, steps.length)),
        };
      });
      return [key, deliveries] as const;
    }),
  );
}

const lastRow = (path: string): string[] => readCsv(readFileSync(path, 'utf8')).at(-1) ?? [];

/** Reads the only ticket of the folder and removes it: the same ticket in the other language has the same file name. */
function takeTicket(folder: string): Delivered['ticket'] {
  const [file = ''] = readdirSync(folder);
  const { subject, body_text, priority, tags, external_id } = JSON.parse(
    readFileSync(join(folder, file), 'utf8'),
  );
  rmSync(join(folder, file));
  return { subject, body_text, priority, tags, external_id };
}
