import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Poll, pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { HOUR, MINUTE } from '../../lib/runtime.ts';
import accountAlert from '../../triggers/account-alert.ts';
import newOrder from '../../triggers/new-order.ts';
import { openShopServices } from '../support/shop-services.ts';

/** How a stored value is written, and the values that are in it. */
interface Form {
  read(text: string): unknown;
  write(value: unknown): string;
}
const COMPRESSED: Form = {
  read: (text) => JSON.parse(inflateRawSync(Buffer.from(text, 'base64')).toString('utf8')),
  write: (value) => deflateRawSync(JSON.stringify(value)).toString('base64'),
};
const JSON_TEXT: Form = { read: (text) => JSON.parse(text), write: (value) => JSON.stringify(value) };

function formOf(text: string): Form | undefined {
  return [JSON_TEXT, COMPRESSED].find(({ read }) => {
    try {
      return read(text) !== undefined;
    } catch {
      return false;
    }
  });
}

type Path = readonly (string | number)[];

function numbersIn(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'number') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => numbersIn(part, [...path, key]));
}

function withNumber(value: unknown, [key, ...rest]: Path, number: number): unknown {
  if (key === undefined) return number;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = withNumber(copy[key], rest, number);
  return copy;
}

/** A workflow that has polled for some hours, and the values that the store has then. */
async function openPolled() {
  const keys = new Set<string>();
  const services = openShopServices({
    limit: 5000,
    through: (store) => ({
      ...store,
      set: (...request) => {
        keys.add(request[0]);
        return store.set(...request);
      },
      add: (...request) => {
        keys.add(request[0]);
        return store.add(...request);
      },
    }),
  });
  const shop = { ...services, memo: emptyProcessMemo(), clockOffset: () => 0, isClockConfirmed: () => true };
  const poll = async (purpose: Poll['purpose'] = 'poll') => {
    shop.memo = emptyProcessMemo();
    const events = await pollTrigger(newOrder, shop, { inputs: {}, workflow: '7', purpose });
    await pollTrigger(accountAlert, shop, { inputs: {}, workflow: '8', purpose });
    return events.map(({ id }) => id);
  };
  await poll('turn_on');
  for (let n = 0; n < 4; n += 1) {
    services.clock.advance(2 * HOUR);
    services.putOrders(2, services.clock.now() - MINUTE, `82${n}`);
    await poll();
  }
  const stored: { key: string; form: Form; value: unknown }[] = [];
  for (const key of keys) {
    const text = await services.innerStore.get(key);
    const form = text === null ? undefined : formOf(text);
    if (text !== null && form) stored.push({ key, form, value: form.read(text) });
  }
  const put = (key: string, text: string) => services.innerStore.set(key, text, 86_400);
  return { services, poll, stored, put };
}

/** The numbers that the store holds, by key and path; keys of one kind have the same name. */
async function placesOfNumbers(): Promise<{ index: number; path: Path }[]> {
  const { stored } = await openPolled();
  const seen = new Set<string>();
  // The newest head comes last.
  return [...stored.entries()].reverse().flatMap(([index, { key, value }]) =>
    numbersIn(value).flatMap((path) => {
      const name = JSON.stringify([key, path]).replace(/\d+/g, 'n');
      if (seen.has(name)) return [];
      seen.add(name);
      return [{ index, path }];
    }),
  );
}

describe.each([1e300, Date.UTC(2999, 0), -1])('Stored number that is replaced by %d', (number) => {
  test('No poll fails, and an order that comes later is announced or named', async () => {
    const places = await placesOfNumbers();
    expect(places.length).toBeGreaterThan(40);
    const wrong: unknown[] = [];
    for (const { index, path } of places) {
      const { services, poll, stored, put } = await openPolled();
      const { key = '', form = JSON_TEXT, value } = stored[index] ?? {};
      await put(key, form.write(withNumber(value, path, number)));
      services.clock.advance(MINUTE);
      const placedAt = services.clock.now();
      const [order] = services.putOrders(1, placedAt, '91');
      const announced = new Set<string>();
      try {
        for (let n = 0; n < 8; n += 1) {
          services.clock.advance(3 * HOUR);
          for (const id of await poll()) announced.add(id);
        }
      } catch (error) {
        wrong.push([key, path, String(error)]);
        continue;
      }
      const spans = await skippedSpans(services);
      const isNamed = spans.some(({ from, to }) => from <= placedAt && placedAt <= to);
      if (!announced.has(order ?? '') && !isNamed) wrong.push([key, path, 'neither announced nor named']);
    }
    expect(wrong).toEqual([]);
  });
});
