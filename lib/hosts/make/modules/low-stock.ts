/** The trigger "Low Stock": the products are asked for one by one, and Redis knows what their stock was. */

import { productDetail } from '../../../aliexpress/methods/product-detail.ts';
import { productDetailRecord } from '../../../aliexpress/records/product-detail.ts';
import { sku } from '../../../aliexpress/records/sku.ts';
import type { TriggerDeclaration } from '../../../pack/operation.ts';
import { shapeFor } from '../answer.ts';
import { ask } from '../asking.ts';
import { seller } from '../budget-terms.ts';
import { inputValue } from '../conditions.ts';
import type { Source } from '../fields.ts';
import { call, type Iml, joined, mustache, quoted, when } from '../iml.ts';
import type { Json } from '../json.ts';
import type { MakeModule } from '../module.ts';
import { termsOf } from '../outputs.ts';
import { STOCK_SCRIPT } from '../stock-script.ts';
import { fromMs } from '../times.ts';
import { watchModule } from '../watch.ts';

/** A run asks for each of them anew: every few hours is often enough, as its help says. */
const MOST_PRODUCTS = 5;
const MOST_SKUS = 20;
const SKUS = 'aeop_ae_product_s_k_us';

const number = (index: number): Iml => call('trim', call('ifempty', `temp.products[${index + 1}]`, "''"));
/** Each answer is kept when the next is asked for. */
const productAt = (index: number): Iml =>
  index === MOST_PRODUCTS - 1 ? 'temp.answer.result' : `temp.product${index + 1}`;

function askProduct(index: number): Record<string, Json>[] {
  const condition = `${number(index)} != ''`;
  const shape = shapeFor(productDetail.name, productDetailRecord.fields);
  return ask(
    {
      method: productDetail,
      params: { product_id: number(index) },
      shape: { ...shape, keys: [...shape.keys, 'id', 'ipm_sku_stock'] },
      marks: ['product_id', 'request_id'],
      ...(index > 0 && { keep: { [`product${index}`]: call('ifempty', 'temp.answer.result', "''") } }),
      condition,
    },
    { lane: 'watch' },
  );
}

const key = joined(
  'item.number',
  quoted('/'),
  when("ifempty(item.sku.id, '') = ''", quoted('default'), call('ifempty', 'item.sku.id', "''")),
);
const known = (name: string): Iml =>
  call('ifempty', call('get', 'temp.seen', joined(quoted('k'), key, quoted(`.${name}`))), "''");

const remembered: Record<string, Iml> = {
  key,
  previous_stock: known('previous'),
  changed_at: known('changed'),
  restocked_at: known('restocked'),
};
const source: Source = {
  at: (from) => remembered[from] ?? `item.${from}`,
  answeredAt: 'temp.answeredAt',
};

export function lowStock(trigger: TriggerDeclaration): MakeModule {
  const { threshold } = trigger.inputs;
  if (!threshold) throw new Error('low is what the user says it is');
  const numbers = Array.from({ length: MOST_PRODUCTS }, (_, index) => index);
  const mapped = (index: number, name: string): string =>
    mustache(
      call(
        'join',
        call('map', call('ifempty', `${productAt(index)}.${SKUS}`, 'emptyarray'), quoted(name)),
        quoted(','),
      ),
    );
  const [first, ...rest] = numbers.flatMap(askProduct);
  // A product that is named twice is asked for once.
  const named = call('deduplicate', call('ifempty', 'parameters.products', 'emptyarray'));
  const begin = { ...first, temp: { ...(first?.temp as Record<string, Json>), products: mustache(named) } };
  const module = watchModule({
    trigger,
    terms: termsOf(sku.fields, source, trigger.inputs),
    questions: [begin, ...rest],
    items: 'temp.skus',
    looksAt: {
      en: `up to ${MOST_PRODUCTS} products, a call each, and ${MOST_SKUS} SKUs of each`,
      zh: `最多 ${MOST_PRODUCTS} 个商品（每个一次调用），每个商品前 ${MOST_SKUS} 个 SKU`,
    },
    noting: {
      skus: numbers.flatMap((index) =>
        Array.from({ length: MOST_SKUS }, (_, at) => ({
          number: mustache(number(index)),
          product: mustache(call('ifempty', productAt(index), "''")),
          sku: mustache(call('ifempty', `${productAt(index)}.${SKUS}[${at + 1}]`, "''")),
        })),
      ),
    },
    remember: [
      'EVAL',
      STOCK_SCRIPT,
      '1',
      mustache(joined(quoted('stock:'), seller)),
      "{{formatDate(now, 'x')}}",
      mustache(inputValue('threshold', threshold)),
      ...numbers.flatMap((index) => [
        mustache(number(index)),
        mapped(index, 'id'),
        mapped(index, 'ipm_sku_stock'),
      ]),
    ],
    id: joined(key, quoted('/'), known('low')),
    date: fromMs(known('low')),
  });
  const staticParams = module.staticParams.map((parameter) =>
    typeof parameter === 'object' &&
    parameter !== null &&
    'name' in parameter &&
    parameter.name === 'products'
      ? {
          ...parameter,
          help: `The numbers of up to ${MOST_PRODUCTS} products to watch. Each takes a call in every run: run it every few hours.`,
          validate: { maxItems: MOST_PRODUCTS },
        }
      : parameter,
  );
  return { ...module, staticParams, leastCalls: 1 };
}
