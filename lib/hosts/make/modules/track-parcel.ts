/** The search "Find Parcel Tracking": one call, or two where the parcel must be looked up in its order. */

import { orderDetail } from '../../../aliexpress/methods/order-detail.ts';
import { tracking } from '../../../aliexpress/methods/tracking.ts';
import { trackingRecord } from '../../../aliexpress/records/tracking.ts';
import type { SearchDeclaration } from '../../../pack/operation.ts';
import { shapeFor } from '../answer.ts';
import { ask, json, type Question } from '../asking.ts';
import { inputValues } from '../conditions.ts';
import type { Source } from '../fields.ts';
import { all, call, type Iml, mustache, mustaches, not, quoted, when } from '../iml.ts';
import type { Json } from '../json.ts';
import type { MakeModule } from '../module.ts';
import { recordOutput, termsOf } from '../outputs.ts';
import { handOut, searchModule } from './lookups.ts';

const parcels = call('ifempty', 'temp.answer.target.logistic_info_list', 'emptyarray');
const details = call('ifempty', 'temp.answer.details', 'emptyarray');

const source: Source = {
  at: (from) => {
    const asked: Record<string, Iml> = { logistics_no: 'temp.number', out_ref: 'temp.order' };
    return asked[from] ?? `temp.answer.${from}`;
  },
  answeredAt: 'temp.answeredAt',
  newest: 'temp.newest',
};

export function trackParcel(search: SearchDeclaration): MakeModule {
  const value = inputValues(search.inputs);
  const input = (key: string): Iml => call('trim', value(key));
  const [order, number, carrier, country] = ['order_number', 'tracking_number', 'carrier', 'country'].map(
    input,
  ) as [Iml, Iml, Iml, Iml];
  const isWhole = all([number, carrier, country].map((each) => `${each} != ''`));
  /** Of the parcel with the number, or of the first. */
  const ofParcel = (key: string): Iml =>
    call(
      'ifempty',
      when(
        `${number} = ''`,
        `temp.answer.target.logistic_info_list[1].${key}`,
        call('first', call('map', parcels, quoted(key), quoted('logistics_no'), number)),
      ),
      "''",
    );
  const destination = {
    number: when(isWhole, number, ofParcel('logistics_no')),
    carrier: when(isWhole, carrier, ofParcel('logistics_type_code')),
    country: when(isWhole, country, call('ifempty', 'temp.answer.target.receipt_address.country', "''")),
  };
  const isKnown = all(Object.keys(destination).map((key) => `temp.${key} != ''`));
  const shape = shapeFor(tracking.name, trackingRecord.fields, 'details');
  const track: Question = {
    method: tracking,
    params: {
      logistics_no: 'temp.number',
      out_ref: 'temp.order',
      service_name: 'temp.carrier',
      to_area: 'temp.country',
      origin: quoted('ESCROW'),
    },
    shape: { ...shape, keys: [...shape.keys, 'event_date', 'action_code', 'event_desc'] },
    marks: ['details', 'result_success'],
    condition: isKnown,
  };
  /** Notes where the parcel goes, before anything of it is asked. */
  const noted: Record<string, Json> = {
    temp: mustaches({ ...destination, order }),
    response: { valid: true, output: '' },
  };
  const terms = termsOf(trackingRecord.fields, source);
  const last = handOut(
    call('add', 'emptyarray', 'temp.order'),
    `temp.tracked = 'yes'`,
    recordOutput(trackingRecord, terms),
  );
  const module = searchModule(search, trackingRecord, [
    ...ask(
      {
        method: orderDetail,
        params: { [String(orderDetail.requestKey)]: json(quoted('"order_id":'), order) },
        shape: {
          method: orderDetail.name,
          lists: ['logistic_info_list'],
          keys: ['logistics_no', 'logistics_type_code'],
          numbers: [],
        },
        marks: ['target', 'time_stamp'],
        condition: not(isWhole),
      },
      { lane: 'ask' },
    ),
    noted,
    ...ask(track, { lane: 'ask' }),
    {
      temp: {
        tracked: mustache(when(isKnown, quoted('yes'), quoted('no'))),
        newest: mustache(
          when(
            `${call('length', details)} > 0`,
            call('first', call('sort', details, quoted('desc'), quoted('event_date'))),
            "''",
          ),
        ),
      },
      ...last,
    },
  ]);
  return {
    ...module,
    leastCalls: 1,
    looksAt: {
      en: 'one call where tracking number, carrier and country are given, otherwise two',
      zh: '填写了物流单号、物流商和国家时一次调用，否则两次',
    },
  };
}
