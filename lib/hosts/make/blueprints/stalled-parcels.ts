/**
 * Stalled parcels on Make, where no trigger plans over days which parcel is asked about: orders that are on their way,
 * the tracking of each, and a filter on how long nothing was heard.
 *
 * It is meant to run once a day, and looks at every parcel once, two weeks after its order, so there is one alert at
 * most. Whoever wants to look again copies it, with other days. A run that is left out leaves out the orders of its day.
 */

import { type InputValues, readInputs } from '../../../pack/input.ts';
import type { TriggerDeclaration } from '../../../pack/operation.ts';
import type { Bilingual } from '../../../problems.ts';
import type { MakeModule } from '../module.ts';
import { type Filter, ownStep, type Step } from './blueprint.ts';
import { mapped, type Source } from './mapping.ts';

/** The trigger whose place it takes. */
export const STALL_TRIGGER = 'logistics_stall';

/** What a run asks for. */
export interface Asked {
  /** Pages of the order list, 50 orders each. */
  pages: number;
  orders: number;
}

/** Of AliExpress's 200 a day. A parcel is looked up in its order first. */
export const mostCalls = ({ pages, orders }: Asked): number => pages + 2 * orders;

/** Leaves two thirds of the day's calls to others. */
export const ASKED: Asked = { pages: 1, orders: 30 };

/** How old an order is when its parcel is looked at. */
export const AGE_DAYS = 14;

type Kind = 'customs' | 'silent' | 'failure';

/** Kind → the stages it is about, and the input that says after how many hours; at once where there is none. */
const KINDS: Record<Kind, { stages: readonly string[]; hours?: string }> = {
  customs: { stages: ['customs'], hours: 'customs_hours' },
  silent: { stages: ['preparing', 'transit', 'customs', 'last_mile'], hours: 'silent_hours' },
  failure: { stages: ['failure', 'returned'] },
};
const isKind = (text: string): text is Kind => text in KINDS;

/** Over the record of Find Parcel Tracking, which is no event. */
const TEXT: Bilingual = {
  en: '**Order** {order_id}\n**Last event** {last_event}, {last_event_at|time} (Beijing)\n**Hours without news** {hours_since_last_event}',
  zh: '**订单** {order_id}\n**最新轨迹** {last_event}，{last_event_at|time}（北京时间）\n**无更新小时数** {hours_since_last_event}',
};

const wordsOf = ({ message }: TriggerDeclaration): Record<string, string> => ({
  // Two silences of a parcel are two tickets.
  id: '{order_id}/{tracking_number}/{last_event_at}',
  title: message.title.en,
  title_zh: message.title.zh,
  text: TEXT.en,
  text_zh: TEXT.zh,
  severity: message.severity,
  occurred_at: '{last_event_at}',
});

/** Which stage counts as stalled after how many hours. Where two kinds share a stage, the first decides. */
function hoursByStage(inputs: InputValues): Map<string, number> {
  const chosen = [inputs.kinds ?? []].flat().map(String);
  const hours = new Map<string, number>();
  for (const kind of Object.keys(KINDS).filter(isKind)) {
    if (chosen.length > 0 && !chosen.includes(kind)) continue;
    const { stages, hours: input } = KINDS[kind];
    for (const stage of stages) {
      if (!hours.has(stage)) hours.set(stage, input === undefined ? 0 : Number(inputs[input]));
    }
  }
  return hours;
}

function filterOf(inputs: InputValues, parcel: Source): Filter {
  const since = mapped('{hours_since_last_event}', parcel);
  return {
    name: '停滞的包裹',
    conditions: [...hoursByStage(inputs)].map(([stage, hours]) => [
      { a: mapped('{stage}', parcel), b: stage, o: 'text:equal' },
      { a: since, b: String(hours), o: 'number:greaterorequal' },
    ]),
  };
}

/** What comes before the steps of a recipe: the steps that bring its events, where the events come from, and which pass. */
export interface Beginning {
  steps: Step[];
  source: Source;
  filter?: Filter;
}

/** @param inputs of the trigger that is not on Make */
export function stalledParcels(
  appId: string,
  trigger: TriggerDeclaration,
  inputs: Readonly<Record<string, unknown>>,
  { findOrders, trackParcel }: { findOrders: MakeModule; trackParcel: MakeModule },
): Beginning {
  const orders: Source = { id: 1, module: findOrders };
  const parcel: Source = { id: 2, module: trackParcel, words: wordsOf(trigger) };
  return {
    steps: [
      ownStep(appId, findOrders, {
        mapper: {
          status: 'WAIT_BUYER_ACCEPT_GOODS',
          days: AGE_DAYS + 1,
          least_days: AGE_DAYS,
          most_pages: ASKED.pages,
          limit: ASKED.orders,
        },
      }),
      ownStep(appId, trackParcel, { mapper: { order_number: mapped('{order_id}', orders), limit: 1 } }),
    ],
    source: parcel,
    filter: filterOf(readInputs(trigger.inputs, inputs), parcel),
  };
}
