import { convert, wordFor } from '../../lib/aliexpress/convert.ts';
import {
  DELIVERED_SIGNALS,
  STAGES,
  signalOf,
  stageNames,
  stageNamesZh,
  stages,
} from '../../lib/aliexpress/tracking-codes.ts';
import { both } from '../../lib/language.ts';
import { record } from '../../lib/pack/record.ts';

const event = record({
  key: 'event',
  id: 'code',
  link: '',
  fields: {
    code: { label: both('Code'), from: 'code', as: 'text', required: true },
    stage: { label: both('Stage'), from: 'code', as: 'lookup', ...stages },
    name: { label: both('Stage'), from: 'code', as: 'lookup', ...stageNames },
    name_zh: { label: both('Stage'), from: 'code', as: 'lookup', ...stageNamesZh },
  },
});
const read = (code: string) => convert(event, { code: signalOf(code, []) }, 0)?.values;

describe('Action code', () => {
  test.each([
    ['CONSIGN', 'preparing'],
    ['PU_PICKUP_SUCCESS', 'transit'],
    ['LH_DEPART', 'transit'],
    ['CC_EX_START', 'customs'],
    ['CC_TRANS_START', 'customs'],
    ['CC_TRANS＿START', 'customs'],
    ['CC_TRANS＿SUCCESS', 'customs'],
    ['CUS_TAX', 'customs'],
    ['GTMS_ACCEPT', 'last_mile'],
    ['GTMS_STA_CN_TO_DOOR', 'last_mile'],
    ['SENT_SCAN', 'last_mile'],
    ['GTMS_WAIT_SELF_PICK', 'pickup_point'],
    ['GTMS_STA_SIGNED', 'pickup_point'],
    ['GTMS_SIGNED', 'delivered'],
    ['GSTA_BUYER_SIGN', 'delivered'],
    ['CC_IM_FAILURE', 'failure'],
    ['GTMS_DEL_FAILURE', 'failure'],
    ['REJECT', 'failure'],
    ['RETURNED', 'returned'],
    ['RT_WH_INBOUND_FAILURE', 'returned'],
  ])('The action code %s means the stage %s', (code, stage) => {
    expect(read(code)?.stage).toBe(stage);
  });

  test.each([
    ['RT_NEW_FAILURE', 'returned'],
    ['CC_NEW_FAILURE', 'failure'],
    ['CC_TRANS＿FAILURE', 'failure'],
    ['CC_IM_EXCEPTION', 'failure'],
    ['CC_NEW', 'customs'],
    ['CUS_NEW', 'customs'],
    ['CIQ_NEW', 'customs'],
    ['GTMS_NEW', 'last_mile'],
    ['GSTA_NEW', 'last_mile'],
    ['STA_NEW', 'last_mile'],
    ['LH_NEW', 'transit'],
    ['CW_INBOUND', 'transit'],
    ['START_NEW', 'unknown'],
    ['', 'unknown'],
  ])('The unknown action code %s is read as the stage %s', (code, stage) => {
    expect(read(code)?.stage).toBe(stage);
  });

  test('An action code has its stage in words in both languages', () => {
    const { name, name_zh } = read('CC_NEW') ?? {};
    expect([name, name_zh]).toEqual(['in customs', '清关中']);
  });

  test('Every stage has a code, except for what says nothing', () => {
    const used = new Set(Object.values(stages.table));
    expect([...used, 'unknown'].sort()).toEqual(Object.keys(STAGES).sort());
  });

  test('A delivery is told by five codes, by words, and by a milestone', () => {
    expect(DELIVERED_SIGNALS).toEqual([
      'GTMS_SIGNED',
      'GSTA_SIGN',
      'GSTA_BUYER_SIGN',
      'STA_SIGN',
      'SIGNED',
      'words:delivered',
      'milestone:with_buyer',
    ]);
  });

  test.each([
    ['GTMS_SIGNED', 'Held by customs', 'delivered'],
    ['GTMS_NEW', 'Delivered', 'delivered'],
    ['GTMS_NEW', 'Processed', 'last_mile'],
    ['GTMS_NEW_FAIL', 'Delivered', 'failure'],
    ['X_DELIVERED', '', 'delivered'],
    ['X_NEW', 'Out for delivery', 'last_mile'],
    ['X_NEW', 'Processed', 'unknown'],
  ])('The code %j with the words %j means the stage %s', (code, words, stage) => {
    expect(wordFor(signalOf(code, [words]), stages)).toBe(stage);
  });
});
