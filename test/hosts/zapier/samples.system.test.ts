import { z } from 'zod';
import { channels } from '../../../channels/index.ts';
import { createApp } from '../../../index.ts';
import { messageActionKey } from '../../../lib/channels/action.ts';
import { createAppHandler } from '../../../lib/hosts/zapier/handler.ts';
import { DAY, HOUR } from '../../../lib/runtime.ts';
import { operations as declared } from '../../../operations.ts';
import { type AppOptions, type ConnectedApp, connectApp, NOON } from '../../support/connected-app.ts';
import { filledInInputs } from '../../support/filled-in-inputs.ts';
import { type Operation, operationsOf, readDefinition } from '../../support/publishing-checks/definition.ts';
import {
  dateFaults,
  isValues,
  missingKeys,
  type SampleFault,
  typeFaults,
  unknownKeys,
  unseenLists,
} from '../../support/publishing-checks/values.ts';

const YEARS = { accessSeconds: 365 * 86_400, refreshSeconds: 730 * 86_400 };

/** How an operation is made to yield something, in a sandbox of its own. */
interface Entry {
  /** Where the usual sandbox will not do. */
  sandbox?: AppOptions;
  /** What has to happen first. */
  before?(app: ConnectedApp, key: string, inputs: object): Promise<unknown>;
}

/** A shop that has been open long enough for parcels, reviews and disputes, and small enough to be known in a day. */
const OLD_SHOP: AppOptions = { historyDays: 45, ordersPerDay: 20 };

/** Polls every two hours of a day, so that a feed that looks little by little has looked. */
async function polledForADay(app: ConnectedApp, key: string, inputs: object) {
  for (let hour = 2; hour <= 24; hour += 2) {
    await app.poll(key, inputs);
    app.clock.advanceTo(NOON + hour * HOUR);
  }
}

/** Until a product goes on sale. */
async function polledUntilFound(app: ConnectedApp, key: string, inputs: object) {
  for (let hour = 12; hour <= 240; hour += 12) {
    const found = await app.poll(key, inputs);
    if (found.length > 0) return;
    app.clock.advanceTo(NOON + hour * HOUR);
  }
}

/** An operation that is new gets a line here, under its key. */
const entries: Record<string, Entry> = {
  new_order: {},
  order_paid: {},
  order_status_changed: {},
  order_cancelled: { sandbox: { ordersPerDay: 1000 } },
  ship_deadline: {},
  bad_review: { sandbox: { ...OLD_SHOP, badShare: 1 }, before: polledForADay },
  logistics_stall: { sandbox: { ...OLD_SHOP, stallShare: 1 }, before: polledForADay },
  dispute_opened: { sandbox: { ...OLD_SHOP, disputeShare: 1 }, before: polledForADay },
  dispute_deadline: { sandbox: { ...OLD_SHOP, disputeShare: 1 }, before: polledForADay },
  dispute_closed: {
    sandbox: { ...OLD_SHOP, disputeShare: 1, to: NOON + 5 * DAY },
    before: polledUntilFound,
  },
  low_stock: { before: polledForADay },
  abnormal_parcel: { sandbox: { ...OLD_SHOP, variedParcels: { abnormal: 0.5 } }, before: polledForADay },
  new_product: { sandbox: { to: NOON + 10 * DAY }, before: polledUntilFound },
  daily_report: { before: polledForADay },
  account_alert: { sandbox: { lifetimes: { refreshSeconds: 86_400 } } },
  list_orders: { before: (app) => app.poll('new_order') },
  list_order_lines: { before: (app) => app.poll('new_order') },
  list_products: { before: (app) => app.poll('new_order') },
  list_parcels: { sandbox: OLD_SHOP, before: (app) => polledForADay(app, 'parcel_delivered', {}) },
  list_currencies: {},
  list_abnormal_reasons: {
    sandbox: { ...OLD_SHOP, variedParcels: { abnormal: 0.5 } },
    before: (app) => polledForADay(app, 'abnormal_parcel', {}),
  },
  list_carriers: { sandbox: OLD_SHOP, before: (app) => polledForADay(app, 'parcel_delivered', {}) },
  find_order: {},
  find_orders: {},
  find_reviews: { sandbox: OLD_SHOP },
  find_dispute: { sandbox: { ...OLD_SHOP, disputeShare: 1 } },
  find_product: {},
  find_tracking: { sandbox: OLD_SHOP },
  find_shop: {},
  find_call_budget: { before: (app) => app.poll('new_order') },
  ...Object.fromEntries(channels.map((channel) => [messageActionKey(channel), {}])),
  prepare_ticket: {},
  make_api_request: {},
  summarize_orders: { before: (app) => app.poll('new_order') },
};

const { triggers } = declared;

/**
 * A trigger without an entry is polled over an old shop for a day. Where nothing it waits for happens there, another
 * trigger over the same feed, whose events have the same keys, stands in for it.
 */
const entryOf = ({ path, key }: Operation): Entry | undefined =>
  entries[key] ?? (path.startsWith('triggers.') ? { sandbox: OLD_SHOP, before: polledForADay } : undefined);

function standInFor(key: string): string | undefined {
  const own = triggers.find((trigger) => trigger.key === key);
  return triggers.find((trigger) => trigger.feed.key === own?.feed.key && entries[trigger.key])?.key;
}

const zapierApp = createApp({ settings: { dailyCallLimit: 200 }, random: Math.random } as never);
const { results: serialised } = await createAppHandler(zapierApp)({ command: 'definition' });
const operations = operationsOf(readDefinition(serialised));

async function runLive(operation: Operation): Promise<Record<string, unknown>[]> {
  const results = await runOnce(operation);
  if (results.length > 0 || entries[operation.key]) return results;
  const key = standInFor(operation.key);
  return key === undefined ? [] : runOnce({ ...operation, key, path: `triggers.${key}` });
}

async function runOnce(operation: Operation): Promise<Record<string, unknown>[]> {
  const { path, key } = operation;
  const { sandbox, before } = entryOf(operation) ?? {};
  const app = await connectApp({ lifetimes: YEARS, ...sandbox });
  try {
    const given = filledInInputs(key, app.sandbox, NOON);
    await before?.(app, key, given);
    const results = await app.run(`${path}.operation.perform`, given, { isLoadingSample: true });
    const found = z.array(z.record(z.string(), z.unknown())).parse([results].flat());
    // Where a shop has no record, the editor shows the sample itself.
    const sample = isValues(operation.sample) ? operation.sample : {};
    return found.filter(({ id, is_example }) => !(is_example && id === sample.id));
  } finally {
    await app.close();
  }
}

const oneForEachPath = (faults: SampleFault[]) => [
  ...new Map(faults.map(({ path, why }) => [path, `${path}: ${why}`])).values(),
];

test('This test runs every operation of the app', () => {
  const missing = operations
    .filter((operation) => !entryOf(operation))
    .map(
      ({ name }) => `${name} is not run: say in the table of this file how it is made to yield something.`,
    );
  expect(missing).toEqual([]);
});

test('The app has every operation that this test runs', () => {
  const known = new Set(operations.map(({ key }) => key));
  expect(Object.keys(entries).filter((key) => !known.has(key))).toEqual([]);
});

describe.each(operations.filter(entryOf))('Live results of $path', (operation) => {
  const { outputs } = operation;
  const sample = isValues(operation.sample) ? operation.sample : {};
  let live: Record<string, unknown>[];
  beforeAll(async () => {
    live = await runLive(operation);
  });

  test('The operation returns results', () => {
    expect(live.length).toBeGreaterThan(0);
  });

  test('Live results have every key of the sample, also in line items', () => {
    const missing = live.flatMap((result) => missingKeys(sample, result));
    expect([...new Set(missing)]).toEqual([]);
  });

  test('Live results have no key that the sample lacks, also in line items', () => {
    expect([...new Set(live.flatMap((result) => unknownKeys(operation, result)))]).toEqual([]);
  });

  test('Live results have every kind of line item of the sample', () => {
    expect(unseenLists(sample, live)).toEqual([]);
  });

  test('Live results have dates in ISO 8601 and times with a zone', () => {
    expect(oneForEachPath(live.flatMap((result) => dateFaults(result, outputs)))).toEqual([]);
  });

  test('Live results match the declared output fields', () => {
    expect(oneForEachPath(live.flatMap((result) => typeFaults(result, outputs)))).toEqual([]);
  });
});

describe('Check of samples', () => {
  test('A sample key that live results lack is found', () => {
    expect(missingKeys({ id: '1', email: 'bob@example.com' }, { id: '2', name: 'Alice' })).toEqual(['email']);
  });

  test('A sample key that a line item lacks is found', () => {
    const live = { items: [{ sku: 'A', price: '1' }, { sku: 'B' }] };
    expect(missingKeys({ items: [{ sku: 'C', price: '2' }] }, live)).toEqual(['items[].price']);
  });

  test('Sample line items that no live result has are found', () => {
    const sample = { items: [{ sku: 'A', parts: [{ size: 'L' }] }], tags: ['new'] };
    expect(unseenLists(sample, [{ items: [] }])).toEqual(['items']);
    expect(unseenLists(sample, [{ items: [] }, { items: [{ sku: 'B', parts: [] }] }])).toEqual([
      'items[].parts',
    ]);
  });

  test('Additional keys and unknown values of live results are accepted', () => {
    const live = { id: null, items: [{ sku: null, price: '1' }], name: 'Alice' };
    expect(missingKeys({ id: '1', items: [{ sku: 'A' }] }, live)).toEqual([]);
  });
});
