import { disputeStatusChoices, OPEN } from '../lib/aliexpress/dispute-terms.ts';
import { disputeList } from '../lib/aliexpress/methods/dispute-list.ts';
import { dispute } from '../lib/aliexpress/records/dispute.ts';
import { idInput } from '../lib/aliexpress/spelling.ts';
import { recentLineItems } from '../lib/feeds/lists.ts';
import { input, literal } from '../lib/pack/expression.ts';
import { choice, text } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_dispute',
  noun: 'Dispute',
  label: { en: 'Find Dispute', zh: '查询纠纷' },
  makeLabel: 'Search Disputes',
  description: {
    en: 'Finds the dispute about an order or one of its line items.',
    zh: '查询订单或子订单的纠纷。',
  },
  inputs: {
    line_id: text({
      label: { en: 'Line Item or Order', zh: '子订单或订单' },
      help: {
        en: 'Preferably the Line Item Number: disputes are kept per line item. Uses 1 call.',
        zh: '请用子订单号：纠纷按子订单记录。消耗 1 次调用。',
      },
      required: true,
      dropdown: recentLineItems,
      ...idInput,
      allowed: {
        en: 'an AliExpress line or order number, 6 to 19 digits',
        zh: '速卖通子订单号或订单号，6 至 19 位数字',
      },
    }),
    status: choice({
      label: { en: 'Status', zh: '纠纷状态' },
      choices: disputeStatusChoices,
      default: OPEN,
    }),
  },
  method: disputeList,
  request: {
    lineId: input('line_id'),
    status: input('status'),
    page: literal(1),
  },
  record: dispute,
});
