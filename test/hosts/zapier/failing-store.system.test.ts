import type { Store } from '../../../lib/stores/store.ts';
import { type ConnectedApp, connectApp, thrownBy } from '../../support/connected-app.ts';

const SETTING_UP = { isLoadingSample: true };
const noAnswer = () => new Promise<never>(() => {});
const silent: Store = { get: noAnswer, set: noAnswer, add: noAnswer, delete: noAnswer };

const stores = {
  silent: () => silent,
  /** Reads are answered, and writes are not. */
  'silent for writes': () => ({ ...silent, get: async () => null }),
  'refusing writes': () => ({
    ...silent,
    get: async () => null,
    set: async () => false,
    add: async () => false,
  }),
  /** As Zapier's cache does beyond its rate limit. */
  'throttling writes': () => {
    const set = (async () => null) as unknown as Store['set'];
    return { ...silent, get: async () => null, set, add: set };
  },
} satisfies Record<string, () => Store>;
const kinds = Object.keys(stores) as (keyof typeof stores)[];

/** What the user reads, without the reason. */
const NAMES_THE_CACHE =
  /^Zapier's cache (is not reachable|did not save)[^\n]*\n[^A-Za-z]*Zapier 缓存[^A-Za-z]*$/;

describe.each(kinds)('A cache that is %s', (kind) => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ store: stores[kind] });
  });
  afterEach(() => app.close());

  test.each(['new_order', 'bad_review'])(
    'A poll of %s gets an empty list, and no call is made',
    async (trigger) => {
      expect(await app.poll(trigger)).toEqual([]);
      expect(app.calls()).toBe(0);
    },
  );

  test('The editor names the cache in both languages, and no call is made', async () => {
    const { message } = await thrownBy(app.poll('new_order', {}, SETTING_UP));
    expect(message).toMatch(NAMES_THE_CACHE);
    expect(app.calls()).toBe(0);
  });

  test('A search names the cache in both languages, and no call is made', async () => {
    const { message } = await thrownBy(app.search('find_order', { order_id: '8201739405562817' }));
    expect(message).toMatch(NAMES_THE_CACHE);
    expect(app.calls()).toBe(0);
  });
});
