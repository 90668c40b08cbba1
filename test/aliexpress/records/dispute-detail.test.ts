import { disputeDetail } from '../../../lib/aliexpress/methods/dispute-detail.ts';
import { recordedItem } from '../../../lib/aliexpress/recorded/samples.ts';
import { disputeDetailRecord } from '../../../lib/aliexpress/records/dispute-detail.ts';
import { recordsIn } from '../../support/read-answer.ts';

const read = (answer: object) => recordsIn(disputeDetail, disputeDetailRecord, answer)[0];
const detailed = (more: object) =>
  read({ result_object: { id: 6200481573912817, issue_status: 'processing', ...more } });

describe('Record dispute_detail', () => {
  test('The sample of a dispute detail has every field', () => {
    expect(recordedItem(disputeDetailRecord)).toEqual({
      dispute_id: '6200481573912817',
      order_id: '8201739405562817',
      line_id: '8201739405572817',
      status: 'processing',
      status_name: 'open',
      status_name_zh: '处理中',
      stage: 'wait_for_seller_response',
      stage_name: 'your response needed',
      stage_name_zh: '等待卖家响应',
      stage_due_at: '2026-11-25T05:12:30Z',
      deadline_type: 'WAIT_SOLUTION_TIMEOUT',
      deadline_type_name: 'time to respond',
      deadline_type_name_zh: '响应方案时限',
      reason: 'Product quality is poor',
      opened_at: '2026-11-20T05:12:30Z',
      product_id: '1005006789012345',
      product_name: 'Canvas Tote Bag with Zipper',
      unit_price: 11.75,
      unit_price_currency: 'USD',
      max_refund: 23.5,
      currency: 'USD',
    });
  });

  test('A field that AliExpress leaves out of a dispute detail is null', () => {
    const { dispute_id, status, status_name, status_name_zh, ...others } = detailed({})?.values ?? {};
    expect(Object.values(others).filter((value) => value !== null)).toEqual([]);
  });

  test('A stage without words is shown as its code', () => {
    expect(detailed({ reverse_detail_status: 'wait_for_the_moon' })?.values.stage_name).toBe(
      'wait_for_the_moon',
    );
  });
});
