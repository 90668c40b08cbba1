import { wordFor } from '../../lib/aliexpress/convert.ts';
import { tracking } from '../../lib/aliexpress/methods/tracking.ts';
import { trackedParcel, trackingRecord } from '../../lib/aliexpress/records/tracking.ts';
import { stages } from '../../lib/aliexpress/tracking-codes.ts';
import { eventSentences, eventSentencesZh } from '../../lib/aliexpress/tracking-events.ts';
import { recordsIn } from '../support/read-answer.ts';

const CARRIER_SENTENCE = 'Delivered, signed by JUAN PEREZ, Calle Mayor 5, +34600111222';

describe('Sentence of a tracking event', () => {
  test.each([
    ['CC_IM_START', 'In customs: import clearance started', '清关中：进口清关开始'],
    ['GTMS_SIGNED', 'Delivered: signed for', '已妥投：已签收'],
    ['GTMS_DEL_FAILURE', 'Delivery problem: delivery attempt failed', '物流异常：派送失败'],
    ['TD_TRANS_ARRIVE', 'In transit', '运输中'],
    ['CC_SOMETHING_NEW', 'In customs', '清关中'],
    ['signed by JUAN PEREZ', 'Unknown', '未知'],
    ['words:lost', 'Delivery problem: lost, damaged or destroyed', '物流异常：丢失、破损或销毁'],
    ['words:delivered', 'Delivered', '已妥投'],
  ])('The sentence of %s is the stage, and a phrase where the signal is more exact', (code, en, zh) => {
    expect([wordFor(code, eventSentences), wordFor(code, eventSentencesZh)]).toEqual([en, zh]);
  });

  test('Every code of the table of stages has a sentence in both languages', () => {
    const codes = Object.keys(stages.table);
    expect(codes.filter((code) => !wordFor(code, eventSentences).match(/^[A-Z][a-z]/))).toEqual([]);
    expect(codes.filter((code) => !wordFor(code, eventSentencesZh).match(/^\p{Script=Han}/u))).toEqual([]);
  });

  test("The carrier's sentence, name, address and phone are in no field of a record", () => {
    const details = ['GTMS_SIGNED', 'SOMETHING_NEW', ''].map((action_code, hour) => ({
      event_date: `2026-10-18 1${hour}:24:00`,
      event_desc: CARRIER_SENTENCE,
      address: 'Calle Mayor 5',
      signed_name: 'JUAN PEREZ',
      action_code,
    }));
    const parcel = { trackingNumber: 'LP1', orderId: '8201' };
    const records = recordsIn(tracking, trackingRecord, { result_success: true, details }, (item) =>
      trackedParcel(parcel, item),
    );
    expect(records).toHaveLength(1);
    expect(JSON.stringify(records)).not.toMatch(/JUAN|Calle|346001/);
  });
});
