/** Products off the shelf. */

import { PRODUCT_PAGE_SIZE, productList } from '../../../aliexpress/methods/product-list.ts';
import { offShelfProduct } from '../../../aliexpress/records/off-shelf-product.ts';
import type { TriggerDeclaration } from '../../../pack/operation.ts';
import { shapeFor } from '../answer.ts';
import { ask, json } from '../asking.ts';
import type { Source } from '../fields.ts';
import { call, type Iml, joined, quoted, when } from '../iml.ts';
import type { Json } from '../json.ts';
import type { MakeModule } from '../module.ts';
import { termsOf } from '../outputs.ts';
import { isPacific, pacificDate, toMs } from '../times.ts';
import { seenAt, watchModule } from '../watch.ts';

/** What a run looks at: one list, one call. */
const LISTS = {
  offline: 'Taken offline, for whatever reason',
  service_delete: 'Deleted by AliExpress',
  editingRequired: 'Sent back by AliExpress for correction',
};
const listParameter: Json = {
  name: 'list',
  label: 'Products',
  help: 'Each list takes a call of its own. For several, use several scenarios.',
  type: 'select',
  required: true,
  default: 'offline',
  options: Object.entries(LISTS).map(([value, label]) => ({ value, label })),
};
const status = call('toString', call('ifempty', 'parameters.list', quoted('offline')));

const offlineAt = call('ifempty', 'item.ws_offline_date', "''");
/** A product may leave the shelf more than once. */
const id = joined('item.product_id', quoted('/'), call('replace', offlineAt, quoted('/ /g'), "''"));
/** When AliExpress says that it went offline, or when it was noticed. */
const leftAt = when(
  isPacific(offlineAt),
  when(`${pacificDate(offlineAt)} <= now`, toMs(pacificDate(offlineAt)), seenAt(id)),
  seenAt(id),
);
const reason = call('ifempty', 'item.ws_display', "''");
const known: Record<string, Iml> = {
  product_status_type: call('ifempty', 'item.product_status_type', status),
  cause: when(`${status} = 'offline'`, when(`${reason} = ''`, status, reason), status),
  left_at: leftAt,
};

const source: Source = {
  at: (from) => known[from] ?? `item.${from}`,
  answeredAt: 'temp.answeredAt',
};

export function productTakenDown(trigger: TriggerDeclaration): MakeModule {
  const shape = shapeFor(productList.name, offShelfProduct.fields, productList.items);
  const rows = call('ifempty', `temp.answer.${productList.items}`, 'emptyarray');
  return watchModule({
    trigger,
    terms: termsOf(offShelfProduct.fields, source, trigger.inputs),
    questions: ask(
      {
        method: productList,
        params: {
          [String(productList.requestKey)]: json(
            quoted('"product_status_type":"'),
            status,
            quoted(`","current_page":1,"page_size":${PRODUCT_PAGE_SIZE}`),
          ),
        },
        shape: { ...shape, keys: [...shape.keys, 'product_id', 'ws_offline_date'] },
        marks: ['product_count'],
      },
      { lane: 'watch' },
    ),
    items: rows,
    looksAt: {
      en: `the first ${PRODUCT_PAGE_SIZE} products of one list`,
      zh: `一个列表中的前 ${PRODUCT_PAGE_SIZE} 个商品`,
    },
    seen: {
      ids: call('map', rows, quoted('product_id')),
      halves: call('map', rows, quoted('ws_offline_date')),
      owns: call('map', rows, quoted('ws_offline_date')),
      of: id,
      apart: status,
    },
    id,
    more: [listParameter],
  });
}
