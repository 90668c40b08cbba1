/** The line items of an order, each as a record of its own. */

import { orderLine } from '../aliexpress/records/order-line.ts';
import type { ItemsDeclaration } from '../pack/operation.ts';
import { times } from './decimal.ts';
import type { OrderValues } from './order-streams.ts';

export const orderLines: ItemsDeclaration<typeof orderLine.fields> = {
  record: orderLine,
  of: (values) => linesOf(values as OrderValues),
};

function linesOf({ line_items, amount, ...order }: OrderValues) {
  return line_items.map((line, n) => ({
    ...order,
    ...line,
    // Every line has an event of its own, also one without a number.
    line_id: line.line_id ?? String(n + 1),
    line_index: n + 1,
    line_count: line_items.length,
    line_amount: times(line.unit_price, line.quantity),
    order_amount: amount,
  }));
}
