import { shipmentsOf } from '../../lib/aliexpress/shipment-of-order.ts';

const parcel = {
  logistics_no: 'LP001',
  logistics_type_code: 'CAINIAO_STANDARD',
  logistics_service_name: 'Standard',
};
const detail = { logistic_info_list: [parcel], receipt_address: { country: 'ES' } };
const known = { trackingNumber: 'LP001', carrier: 'CAINIAO_STANDARD', country: 'ES' };

test('A shipment has the number, the carrier key and the country of the order detail', () => {
  expect(shipmentsOf(detail)).toEqual([known]);
});

test('A shipment is read from an enveloped list as well', () => {
  const enveloped = { aeop_tp_logistic_info_dto: [parcel] };
  expect(shipmentsOf({ ...detail, logistic_info_list: enveloped })).toEqual([known]);
});

test('Shipments come in the order of the detail', () => {
  const both = [parcel, { ...parcel, logistics_no: 'LP002' }];
  const numbers = shipmentsOf({ ...detail, logistic_info_list: both }).map((each) => each?.trackingNumber);
  expect(numbers).toEqual(['LP001', 'LP002']);
});

test.each([
  ['country', { ...detail, receipt_address: {} }],
  ['carrier', { ...detail, logistic_info_list: [{ logistics_no: 'LP001' }] }],
  ['number', { ...detail, logistic_info_list: [{ logistics_type_code: 'CAINIAO_STANDARD' }] }],
])('A parcel without a %s is no shipment', (_, order) => {
  expect(shipmentsOf(order)).toEqual([null]);
});

test.each([
  ['has no parcel', { ...detail, logistic_info_list: undefined }],
  ['belongs to another shop', undefined],
])('An order that %s has no shipment', (_, order) => {
  expect(shipmentsOf(order)).toEqual([]);
});
