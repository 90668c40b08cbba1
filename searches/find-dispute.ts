import { disputeList } from '../lib/aliexpress/methods/dispute-list.ts';
import { dispute } from '../lib/aliexpress/records/dispute.ts';
import { input, literal } from '../lib/pack/expression.ts';
import { choice, text } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_dispute',
  noun: 'Dispute',
  label: 'Find Dispute',
  description:
    'Finds the dispute about one line of an order, without who opened it. Uses one of the 200 calls of the day.',
  inputs: {
    line_number: text({
      label: 'Line or Order Number',
      help: 'Best the Line ID from the line items of an order: AliExpress keeps disputes by line. With the number of the whole order it may find nothing although there is a dispute.',
      required: true,
      pattern: /\d{6,19}/,
      allowed: {
        en: 'an AliExpress line or order number, 6 to 19 digits',
        zh: '速卖通子订单号或订单号，6 至 19 位数字',
      },
    }),
    status: choice({
      label: 'Status',
      choices: { processing: 'Open', finish: 'Closed', canceled_issue: 'Withdrawn' },
      default: 'processing',
    }),
  },
  method: disputeList,
  request: {
    order_no: input('line_number'),
    issue_status: input('status'),
    current_page: literal(1),
    page_size: literal(50),
  },
  record: dispute,
});
