/** Disputes: the open ones, and of those that wait for somebody the deadlines. */

import { disputeDetail } from '../../../aliexpress/methods/dispute-detail.ts';
import { DISPUTE_PAGE_SIZE, disputeList } from '../../../aliexpress/methods/dispute-list.ts';
import { dispute } from '../../../aliexpress/records/dispute.ts';
import { openDispute } from '../../../aliexpress/records/open-dispute.ts';
import type { TriggerDeclaration } from '../../../pack/operation.ts';
import { shapeFor } from '../answer.ts';
import { ask, json, type Question } from '../asking.ts';
import { inputValue } from '../conditions.ts';
import type { Source } from '../fields.ts';
import { call, type Iml, joined, mustache, quoted, toNumber, when } from '../iml.ts';
import type { Json } from '../json.ts';
import type { MakeModule } from '../module.ts';
import { itemSource } from '../orders-query.ts';
import { termsOf } from '../outputs.ts';
import { isPacific, pacificDate, toMs } from '../times.ts';
import { watchModule } from '../watch.ts';

const rows = call('ifempty', 'temp.answer.data_list', 'emptyarray');

function openDisputes(): Question {
  const shape = shapeFor(disputeList.name, dispute.fields, disputeList.items);
  return {
    method: disputeList,
    params: {
      [String(disputeList.requestKey)]: json(
        quoted(`"current_page":1,"page_size":${DISPUTE_PAGE_SIZE},"issue_status":"processing"`),
      ),
    },
    shape: { ...shape, keys: ['issue_id', 'gmt_create', 'buyer_login_id'] },
    marks: ['total_item'],
  };
}

export function disputeOpened(trigger: TriggerDeclaration): MakeModule {
  return watchModule({
    trigger,
    terms: termsOf(dispute.fields, itemSource, trigger.inputs),
    questions: ask(openDisputes(), { lane: 'watch' }),
    items: rows,
    looksAt: {
      en: `the first ${DISPUTE_PAGE_SIZE} disputes that are open`,
      zh: `处理中的前 ${DISPUTE_PAGE_SIZE} 个纠纷`,
    },
    seen: {
      ids: call('map', rows, quoted('issue_id')),
      owns: call('map', rows, quoted('gmt_create')),
      of: 'item.issue_id',
    },
  });
}

/** How many disputes a run looks at, the oldest first. */
const MOST_DETAILS = 4;

const inRow: ReadonlySet<string> = new Set<string>(Object.values(dispute.fields).map(({ from }) => from));

/** A row of the list laid over its detail. */
const both: Source = {
  at: (from) => {
    if (from === 'seen_at') return 'item.seenAt';
    const detail = `item.detail.${from}`;
    return inRow.has(from) ? call('ifempty', `item.row.${from}`, detail) : detail;
  },
  answeredAt: 'temp.answeredAt',
};

/** The kept rows stand in `temp.rows`, each detail in `temp.detail{n}`, but for the last, which is the answer. */
const detailOf = (index: number): Iml =>
  index === MOST_DETAILS - 1 ? 'temp.answer.result_object' : `temp.detail${index + 1}`;

const due = (index: number): Iml => call('ifempty', `${detailOf(index)}.timeout_trigger_time`, "''");

const dueAt = (index: number): Iml => when(isPacific(due(index)), toMs(pacificDate(due(index))), "''");

function askDetail(index: number): Record<string, Json>[] {
  const row = (name: string): Iml => `temp.rows[${index + 1}].${name}`;
  const isThere = `${call('length', 'temp.rows')} > ${index}`;
  const shape = shapeFor(disputeDetail.name, {});
  return ask(
    {
      method: disputeDetail,
      params: {
        buyer_login_id: call('ifempty', row('buyer_login_id'), "''"),
        issue_id: call('ifempty', row('issue_id'), "''"),
      },
      shape,
      marks: ['result_object', 'request_id'],
      ...(index > 0 && {
        keep: { [`detail${index}`]: call('ifempty', 'temp.answer.result_object', "''") },
      }),
      condition: isThere,
      hidden: ['request.body.buyer_login_id'],
    },
    { lane: 'watch' },
  );
}

export function disputeDeadline(trigger: TriggerDeclaration): MakeModule {
  const { hours_left: hours } = trigger.inputs;
  if (!hours) throw new Error('a deadline needs the hours before it');
  const oldest = call('slice', call('sort', rows, quoted('asc'), quoted('gmt_create')), 0, MOST_DETAILS);
  const terms = termsOf(openDispute.fields, both, trigger.inputs);
  const details = Array.from({ length: MOST_DETAILS }, (_, index) => askDetail(index)).flat();
  // Any claim may note it: it stands before the first detail, and sees the list.
  const [first, ...rest] = details;
  const noted = { ...first, temp: { ...(first?.temp as Record<string, Json>), rows: mustache(oldest) } };
  return watchModule({
    trigger,
    terms,
    questions: [...ask(openDisputes(), { lane: 'watch' }), noted, ...rest],
    items: 'temp.open',
    looksAt: {
      en: `the open disputes, and the details of the ${MOST_DETAILS} oldest, a call each`,
      zh: `处理中的纠纷，以及最早 ${MOST_DETAILS} 个的详情（每个一次调用）`,
    },
    noting: {
      open: Array.from({ length: MOST_DETAILS }, (_, index) => ({
        row: mustache(`temp.rows[${index + 1}]`),
        detail: mustache(call('ifempty', detailOf(index), "''")),
        seenAt: '{{temp.answeredAt}}',
        due: mustache(dueAt(index)),
        key: mustache(
          joined(
            call('ifempty', `temp.rows[${index + 1}].issue_id`, "''"),
            quoted('/'),
            call('ifempty', `${detailOf(index)}.reverse_detail_status`, "''"),
            quoted('/'),
            dueAt(index),
          ),
        ),
      })),
    },
    seen: {
      ids: call('map', 'temp.open', quoted('key')),
      owns: call('map', 'temp.open', quoted('due')),
      shift: call('toString', `0 - ${toNumber(inputValue('hours_left', hours))} * 3600000`),
      isAwaited: true,
      of: 'item.key',
      apart: inputValue('hours_left', hours),
    },
    id: 'item.key',
  });
}
