import { destinationOf } from '../../lib/aliexpress/shipment-of-order.ts';

const shipment = {
  logistics_no: 'LP001',
  logistics_type_code: 'CAINIAO_STANDARD',
  logistics_service_name: 'Standard',
};
const detail = { logistic_info_list: [shipment], receipt_address: { country: 'ES' } };
const known = { logistics_no: 'LP001', service_name: 'CAINIAO_STANDARD', to_area: 'ES' };

test('number, carrier key and country come from the detail of the order', () => {
  expect(destinationOf(detail)).toEqual(known);
});

test('a list in its wrapper is read as well', () => {
  expect(destinationOf({ ...detail, logistic_info_list: { aeop_tp_logistic_info_dto: [shipment] } })).toEqual(
    known,
  );
});

test('of several parcels the last one is followed', () => {
  const both = [shipment, { ...shipment, logistics_no: 'LP002' }];
  expect(destinationOf({ ...detail, logistic_info_list: both })?.logistics_no).toBe('LP002');
});

test.each([
  ['has no parcel', { ...detail, logistic_info_list: undefined }],
  ['names no country', { ...detail, receipt_address: {} }],
  ['names no carrier', { ...detail, logistic_info_list: [{ logistics_no: 'LP001' }] }],
  ['is not the shop’s', undefined],
])('an order that %s cannot be tracked', (_, target) => {
  expect(destinationOf(target)).toBeNull();
});
