/**
 * One answer per record, in the wire's own shape. Samples are made from these by the same conversion that runs on
 * live answers, so a sample never shows what the wire cannot bring. They hold no buyer's data, not even masked.
 */

import type { Fields, RecordDeclaration, ValuesOf } from '../../pack/record.ts';
import { convert } from '../convert.ts';
import accountAlert from './account-alert.json' with { type: 'json' };
import callBudget from './call-budget.json' with { type: 'json' };
import detail from './order-detail.json' with { type: 'json' };
import list from './order-list.json' with { type: 'json' };

const recorded: Record<string, { answered_at: string; item: unknown }> = {
  account_alert: { answered_at: accountAlert.answered_at, item: accountAlert.alert },
  call_budget: { answered_at: callBudget.answered_at, item: callBudget.status },
  order: { answered_at: list.answered_at, item: list.answer.result.target_list[0] },
  order_detail: { answered_at: detail.answered_at, item: detail.answer.target },
};

export function recordedItem<F extends Fields>(record: RecordDeclaration<F>): ValuesOf<F> {
  const found = recorded[record.key];
  const converted = found && convert(record, found.item, Date.parse(found.answered_at));
  if (!converted) throw new Error(`no recorded answer for ${record.key}`);
  return converted.values;
}
