/**
 * AliExpress's names stay inside lib/aliexpress: wire fields, parameters and methods, status values and codes. They are
 * collected from the declarations and the recorded exchanges there. Sandbox and tests are AliExpress's side.
 */

import * as disputes from '../lib/aliexpress/dispute-terms.ts';
import { knownCodes } from '../lib/aliexpress/errors.ts';
import { methods } from '../lib/aliexpress/methods/index.ts';
import { endReasonCategories, endReasonNames } from '../lib/aliexpress/order-end-reasons.ts';
import { statusNames } from '../lib/aliexpress/order-status.ts';
import * as products from '../lib/aliexpress/product-terms.ts';
import { exchangeOf } from '../lib/aliexpress/recorded/index.ts';
import { STAGES, stages } from '../lib/aliexpress/tracking-codes.ts';
import { filesNamed, read } from './support/repository.ts';

const SEARCHED = [
  'lib/',
  'authentication/',
  'triggers/',
  'searches/',
  'actions/',
  'recipes/',
  'channels/',
  'bench/',
];
const sources = filesNamed('.ts').filter(
  (file) => SEARCHED.some((folder) => file.startsWith(folder)) && !file.startsWith('lib/aliexpress/'),
);

/** Names of AliExpress's that are ours too. */
const OURS = new Map([
  ['order_id', 'key of a record'],
  ['product_id', 'key of a record'],
  ['product_name', 'key of a record'],
  ['sku_code', 'key of a record'],
  ['country_code', 'key of a record'],
  ['abnormal_code', 'key of a record'],
  ['abnormal_reason', 'key of a record'],
  ['logistics_status', 'key of a record'],
  ['warehouse_name', 'key of a record'],
  ['shop_id', 'key of an event'],
  ['shop_name', 'key of an event, of a record and of a connection'],
  ['seller_id', 'key of a connection'],
  ['refresh_token', 'key of a connection'],
  ['access_token', 'key of a connection, and a parameter of DingTalk'],
  ['expires_in', 'part of the answer of an OAuth server'],
  ['delivered', 'a stage of a parcel, and of a message in a channel'],
  ['unknown', 'a stage of a parcel, and the outcome of a message in a channel'],
  ['customs', 'a stage of a parcel, and a kind of alert'],
  ['failure', 'a stage of a parcel, and a kind of alert'],
]);

const keysIn = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]);
};

/** The keys of the JSON in a parameter; none where the parameter is no JSON. */
const keysInText = (text: string): string[] => (text.startsWith('{') ? keysIn(JSON.parse(text)) : []);

const names = new Set(
  methods.flatMap((method) => {
    const { sent, response } = exchangeOf(method);
    const parameters = Object.entries(sent).flatMap(([key, text]) => [key, ...keysInText(text)]);
    return [method.name, ...parameters, ...keysIn(response.body)];
  }),
);

const codes = new Set([
  ...knownCodes,
  ...Object.keys(statusNames),
  ...Object.keys(endReasonNames),
  ...Object.values(endReasonCategories),
  ...Object.keys(disputes.disputeStatusNames),
  ...Object.keys(disputes.disputeStageNames),
  ...Object.keys(disputes.disputeTimeoutNames),
  ...Object.keys(products.productStatusNames),
  ...Object.keys(products.offlineReasonNames),
  ...Object.keys(stages.table),
  ...Object.keys(STAGES),
]);

/** A field such as `value`, or a number, says nothing by itself. A code such as "offline" does where it is a literal. */
const isWord = (name: string) => /^([a-z]+|\d+)$/.test(name);
const escaped = (name: string) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const searched = [
  ...[...names].filter((name) => !isWord(name)),
  ...[...codes].filter((code) => !/^\d+$/.test(code)),
].filter((name) => !OURS.has(name));
const pattern = new RegExp(
  searched
    .map((name) => (isWord(name) ? `['"\`]${name}['"\`]` : `(?<!\\w)${escaped(name)}(?!\\w)`))
    .join('|'),
  'g',
);

describe('Dictionary of AliExpress', () => {
  test('The searched names are those of the declarations', () => {
    expect(searched).toEqual(
      expect.arrayContaining([
        'aliexpress.trade.seller.orderlist.get',
        'param_aeop_order_query',
        'modified_date_start',
        'gmt_create',
        'logistic_info_list',
        'ipm_sku_stock',
        'total_page',
        'FINISH',
        'editingRequired',
        'offline',
        'wait_for_seller_response',
        'GTMS_SIGNED',
        'IllegalAccessToken',
      ]),
    );
  });

  test('Every name that is ours too is used outside lib/aliexpress', () => {
    const texts = sources.map(read);
    const unused = [...OURS.keys()].filter((name) => !texts.some((text) => text.includes(name)));
    expect(unused).toEqual([]);
  });

  test('No name of AliExpress stands outside lib/aliexpress', () => {
    const found = sources.flatMap((file) =>
      [...new Set(read(file).match(pattern) ?? [])].map((name) => `${file}: ${name}`),
    );
    expect(found).toEqual([]);
  });
});
