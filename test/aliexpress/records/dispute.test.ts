import { disputeList } from '../../../lib/aliexpress/methods/dispute-list.ts';
import { recordedItem } from '../../../lib/aliexpress/recorded/samples.ts';
import { dispute } from '../../../lib/aliexpress/records/dispute.ts';
import { recordsIn } from '../../support/read-answer.ts';

const read = (answer: object) => recordsIn(disputeList, dispute, answer);

describe('Record dispute', () => {
  test('The sample of a dispute has every field', () => {
    expect(recordedItem(dispute)).toEqual({
      dispute_id: '6200481573912817',
      order_id: '8201739405562817',
      line_id: '8201739405572817',
      status: 'processing',
      status_name: 'open',
      status_name_zh: '处理中',
      reason: 'Product quality is poor',
      reason_zh: '产品质量问题',
      opened_at: '2026-11-20T05:12:30Z',
      updated_at: '2026-11-20T05:12:34Z',
    });
  });

  test('A field that AliExpress leaves out of a dispute is null', () => {
    const data_list = [{ issue_id: 6200481573912817, issue_status: 'finish' }];
    expect(read({ total_item: 1, data_list })[0]?.values).toEqual({
      dispute_id: '6200481573912817',
      order_id: null,
      line_id: null,
      status: 'finish',
      status_name: 'closed',
      status_name_zh: '已完结',
      reason: null,
      reason_zh: null,
      opened_at: null,
      updated_at: null,
    });
  });

  test.each([
    ['a number', { issue_status: 'finish' }],
    ['a status', { issue_id: 1 }],
  ])('A dispute without %s does not affect the others', (_, bad) => {
    const data_list = [bad, { issue_id: 2, issue_status: 'finish' }];
    const ids = read({ total_item: 2, data_list }).map((found) => found?.values.dispute_id);
    expect(ids).toEqual([undefined, '2']);
  });
});

test.each([{}, { data_list: 'N/A' }, { data_list: {} }])(
  'The answer %j is a list without disputes',
  (empty) => {
    expect(read({ total_item: 0, ...empty })).toEqual([]);
  },
);
