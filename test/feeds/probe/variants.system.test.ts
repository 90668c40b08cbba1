import { readCapabilities } from '../../../lib/aliexpress/capabilities.ts';
import { type TimeForm, timeForms } from '../../../sandbox/time-forms.ts';
import type { Variants } from '../../../sandbox/variants.ts';
import { openProbedShop, type Probed, type ProbedShop } from '../../support/probed-shop.ts';

let shop: ProbedShop;
beforeAll(async () => {
  // It ships with carriers that write codes, and with one that writes none.
  shop = await openProbedShop({ seed: 4 });
});
afterAll(() => shop.close());

const probes = new Map<string, Promise<Probed>>();
const probe = (variants: Partial<Variants> = {}): Promise<Probed> => {
  const key = JSON.stringify(variants);
  const found = probes.get(key) ?? shop.probe(variants);
  probes.set(key, found);
  return found;
};

const eventTimes = [...(Object.keys(timeForms) as TimeForm[]), 'mixed'] as const;

/** Every value of every switch but the usual one, and what a switch needs to have an effect. */
const SWITCHES: { [Name in keyof Variants]: readonly Partial<Variants>[] } = {
  finishAmongOthers: [{ finishAmongOthers: 'refused' }, { finishAmongOthers: 'left_out' }],
  endedLongAgo: [{ endedLongAgo: 'refused' }],
  parcelDates: [{ parcelDates: 'swapped' }],
  parcelPageSize: [{ parcelPageSize: 10 }],
  oversizedPage: [{ parcelPageSize: 10 }, { parcelPageSize: 10, oversizedPage: 'cut' }],
  parcelZone: [{ parcelZone: 'beijing' }],
  shortTracking: [{ shortTracking: 'refused' }],
  actionCodes: [{ actionCodes: 'always' }, { actionCodes: 'never' }],
  eventTimes: eventTimes.map((form) => ({ eventTimes: form })),
  takeDownMovesModified: [{ takeDownMovesModified: false }],
  settledParcels: [{ settledParcels: 'listed' }],
  totals: [{ totals: 'left_out' }, { totals: 'of_page' }, { totals: 'as_text' }],
  forms: [
    { forms: ['shop_without_scheme'] },
    { forms: ['two_currencies'] },
    { forms: ['yen_without_factor'] },
    { forms: ['amounts_as_numbers'] },
    { forms: ['half_stars'] },
    { forms: ['valid_dates_null'] },
    { forms: ['success_as_text'] },
  ],
  notGranted: [
    { notGranted: ['products'] },
    { notGranted: ['merchant'] },
    { notGranted: ['orders'] },
    { notGranted: ['reviews'] },
    { notGranted: ['disputes'] },
    { notGranted: ['logistics'] },
    { notGranted: ['abnormal_parcels'] },
  ],
  appDailyLimit: [{ appDailyLimit: 6 }],
  appPerSecond: [{ appPerSecond: 1 }],
  callsOfOthers: [{ appDailyLimit: 100 }, { appDailyLimit: 100, callsOfOthers: 96 }],
};

describe('Probe of every variant', () => {
  test.each(Object.entries(SWITCHES))('It tells the values of %s apart', async (name, values) => {
    const texts = [(await probe()).text];
    for (const variants of values) texts.push((await probe(variants)).text);
    // Without calls of others, a limit that is not reached is none.
    const distinct = name === 'callsOfOthers' ? texts.slice(1) : texts;
    expect(new Set(distinct).size).toBe(distinct.length);
  });

  test('Two probes of the same shop differ in nothing', async () => {
    expect((await shop.probe()).text).toBe((await probe()).text);
  });

  test.each<[Partial<Variants>, string, RegExp, object]>([
    [{}, 'show orders that have ended', /^yes/, { endedOrders: 'together' }],
    [
      { finishAmongOthers: 'refused' },
      'show orders that have ended',
      /^no, refused$/,
      { endedOrders: 'apart' },
    ],
    [{ finishAmongOthers: 'left_out' }, 'show orders that have ended', /left out$/, { endedOrders: 'apart' }],
    [{}, 'placed over 30 days ago', /^accepted$/, {}],
    [{ endedLongAgo: 'refused' }, 'placed over 30 days ago', /^no, refused$/, { endedOrders: 'together' }],
    [{}, 'two dates', /named start$/, { parcelDates: 'natural' }],
    [{ parcelDates: 'swapped' }, 'two dates', /named end$/, { parcelDates: 'swapped' }],
    [{}, 'page of the list of parcels', /^50/, { parcelPageSize: 50 }],
    [{ parcelPageSize: 10 }, 'page of the list of parcels', /^10 \(50 are refused/, { parcelPageSize: 10 }],
    [
      { parcelPageSize: 10, oversizedPage: 'cut' },
      'page of the list of parcels',
      /^10 \(50 are accepted, and cut/,
      { parcelPageSize: 10 },
    ],
    [{}, 'list of parcels read times', /^US Pacific time$/, { parcelZone: 'pacific' }],
    [
      { parcelZone: 'beijing' },
      'list of parcels read times',
      /^Beijing time$/,
      { parcelZone: 'beijing', parcelDates: 'natural' },
    ],
    [{}, 'without carrier', /^yes, with events$/, { shortTracking: 'answers' }],
    [{ shortTracking: 'refused' }, 'without carrier', /^no, refused$/, { shortTracking: 'refused' }],
    [{ actionCodes: 'always' }, 'action codes', /^carrier 1: yes, all; carrier 2: yes, all/, {}],
    [{ actionCodes: 'never' }, 'action codes', /^carrier 1: no; carrier 2: no/, {}],
    [{ eventTimes: 'day' }, 'tracking events?', /^carrier 1: yyyy-MM-dd as text; carrier 2: yyyy-MM-dd/, {}],
    [{}, 'take-down', /^yes$/, { takeDownIsChange: true }],
    [{ takeDownMovesModified: false }, 'take-down', /^no$/, { takeDownIsChange: false }],
    [{ settledParcels: 'listed' }, 'settled', /^yes$/, {}],
    [{ totals: 'of_page' }, 'total of the list of orders', /rows of the page$/, {}],
    [{ notGranted: ['reviews'] }, '20896', /^no$/, {}],
    [{ notGranted: ['orders'] }, 'show orders that have ended', /no permission$/, { endedOrders: null }],
    [
      { notGranted: ['logistics'] },
      'two dates',
      /no permission$/,
      { parcelDates: null, takeDownIsChange: true },
    ],
  ])(
    'The answer about %j to "%s" is %s, and %j is kept for the feeds',
    async (variants, words, answer, kept) => {
      const probed = await probe(variants);
      expect(probed.answer(words)).toMatch(answer);
      const read = await readCapabilities(
        { seller: shop.sandbox.accounts.sellerId, store: probed.store, clock: shop.clock },
        0,
      );
      expect(read).toMatchObject(kept);
    },
  );

  test('Every probe makes at most 12 calls, each charged to the card of the shop', async () => {
    for (const probed of await Promise.all(probes.values())) {
      expect(probed.calls).toBeLessThanOrEqual(12);
      expect([probed.charged, probed.arrived]).toEqual([probed.calls, probed.calls]);
    }
  });

  test('No text and no stored value has a number or a word of the shop', async () => {
    const { products, orders } = shop.sandbox.shop;
    const names = new Set([
      ...products.map(({ name }) => name),
      ...orders.map(({ country }) => `"${country}"`),
    ]);
    for (const { text, written } of await Promise.all(probes.values())) {
      expect(text + written).not.toMatch(/canary/i);
      expect(text).not.toMatch(/\d{6}/);
      expect([...names].filter((name) => text.includes(name))).toEqual([]);
    }
  });
});

describe('Probe that cannot ask everything', () => {
  test('When the calls of the app are used up on the way, the text says so, and has what is known by then', async () => {
    const { text, answer } = await probe({ appDailyLimit: 6 });
    expect(text).toContain('The probe ended early. The AliExpress app has used its daily calls');
    expect(answer('show orders that have ended')).toMatch(/^yes/);
    expect(answer('20895')).toBe('not known: no call was left for it');
  });

  test('When AliExpress does not answer, it is not asked a third time', async () => {
    shop.sandbox.faults.active = 'http_5xx';
    const { text, calls, answer } = await shop.probe();
    shop.sandbox.faults.active = null;
    expect(calls).toBe(2);
    expect(text).toContain('The probe ended early. AliExpress did not respond correctly');
    expect(answer('two dates')).toBe('not known: AliExpress did not answer');
  });

  test('When the calls of the day are used up before, nothing is asked', async () => {
    await expect(shop.probe({}, 200)).rejects.toMatchObject({ kind: 'budget_used_up' });
    expect(shop.sandbox.calls.byDay.size).toBe(0);
  });
});

describe('Probe of a shop with two orders a day', () => {
  let small: ProbedShop;
  beforeAll(async () => {
    small = await openProbedShop({ ordersPerDay: 2, seed: 3 });
  });
  afterAll(() => small.close());

  test.each<[Partial<Variants>, string, string]>([
    [{}, 'start', 'US Pacific time'],
    [{ parcelDates: 'swapped' }, 'end', 'US Pacific time'],
    [{ parcelZone: 'beijing' }, 'start', 'Beijing time'],
    [{ parcelZone: 'beijing', parcelDates: 'swapped' }, 'end', 'Beijing time'],
  ])('With %j it finds the start of a window and its zone', async (variants, start, zone) => {
    const { answer, calls } = await small.probe(variants);
    expect(answer('two dates')).toBe(`the one that is named ${start}`);
    expect(answer('list of parcels read times')).toBe(zone);
    expect(calls).toBeLessThanOrEqual(12);
  });
});

test('Without the permission for orders no call is spent on the zone of parcels', async () => {
  const { arrived, answer } = await probe({ notGranted: ['orders'] });
  expect(answer('list of parcels read times')).toMatch(/^not known: no parcel of an order/);
  expect(arrived).toBeLessThan(10);
});

test('A shop without orders, parcels and products is not asked about them', async () => {
  const empty = await openProbedShop({ ordersPerDay: 0.01 });
  const { answer, calls } = await empty.probe();
  await empty.close();
  expect(answer('show orders that have ended')).toBe('not known: no order that has ended');
  expect(answer('two dates')).toBe('not known: no parcel that was shipped through AliExpress');
  expect(answer('without carrier')).toBe('not known: no parcel that was shipped through AliExpress');
  expect(answer('20896')).toBe('not known: no order to ask about');
  expect(calls).toBeLessThan(12);
});
