/**
 * Probes of a sandbox shop through the real gateway and budget. Every probe is made at the same moment, with an empty store,
 * so that two of them differ only in what AliExpress answers.
 */

import { createGateway } from '../../lib/aliexpress/gateway.ts';
import { createBudget } from '../../lib/budget/budget.ts';
import type { Lane } from '../../lib/budget/ledger.ts';
import { probeShop } from '../../lib/feeds/probe/probe.ts';
import type { Report } from '../../lib/feeds/probe/report.ts';
import { axiosTransport } from '../../lib/http/axios.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { emptyCallLog } from '../../sandbox/limits.ts';
import type { SandboxOptions } from '../../sandbox/server.ts';
import { defaultVariants, type Variants } from '../../sandbox/variants.ts';
import { openSandboxShop, type SandboxShop } from './sandbox-shop.ts';
import { seededRandom } from './seeded-random.ts';

export interface Probed extends Report {
  /** The answer to the question that contains the words. */
  answer(words: string): string;
  /** What the shop's card was charged. */
  charged: number;
  /** Calls that arrived. */
  arrived: number;
  store: Store;
  /** All values that the probe has written to it. */
  written: string;
}

export interface ProbedShop extends SandboxShop {
  /** @param used calls of the day that were made before */
  probe(variants?: Partial<Variants>, used?: number): Promise<Probed>;
}

export async function openProbedShop(options: Partial<SandboxOptions> = {}): Promise<ProbedShop> {
  const shop = await openSandboxShop({
    historyDays: 30,
    ordersPerDay: 40,
    variedParcels: true,
    lifetimes: { accessSeconds: 86_400 * 30 },
    ...options,
  });
  const { sandbox, clock, token } = shop;
  const at = clock.now();
  const seller = sandbox.accounts.sellerId;

  async function probe(variants: Partial<Variants> = {}, used = 0): Promise<Probed> {
    clock.advance(at - clock.now());
    sandbox.variants = { ...defaultVariants, ...variants };
    sandbox.calls = emptyCallLog();
    const store = memoryStore(clock);
    const values: string[] = [];
    const { set, add } = store;
    store.set = (key, value, ttl) => {
      values.push(key, value);
      return set(key, value, ttl);
    };
    store.add = (key, value, ttl) => {
      values.push(key, value);
      return add(key, value, ttl);
    };
    const random = seededRandom();
    const budget = createBudget({
      seller,
      store,
      clock,
      random,
      policy: { limit: 200, zone: 'Asia/Shanghai' },
      connectedAt: clock.now(),
      app: { appKey: sandbox.app.appKey, address: 'hub', isSpaced: true, connectedAt: clock.now() },
    });
    for (let n = 0; n < used; n += 1) await budget.spend('interactive');
    const gateway = createGateway<Lane>({
      baseUrl: sandbox.url,
      ...sandbox.app,
      transport: axiosTransport(),
      clock,
      shop: { accessToken: token, meter: budget },
    });
    const report = await probeShop({ seller, gateway, clock, store }, '0.0.0');
    return {
      ...report,
      answer: (words) => {
        const row = report.text.split('\n').find((line) => line.startsWith('|') && line.includes(words));
        if (row === undefined) throw new Error(`no question about ${words}`);
        return row.split(' | ')[1]?.replace(/ \|$/, '') ?? '';
      },
      charged: (await budget.used()) - used,
      arrived: [...sandbox.calls.byDay.values()]
        .flatMap((day) => [...day.values()])
        .reduce((a, b) => a + b, 0),
      store,
      written: values.join('\n'),
    };
  }
  return { ...shop, probe };
}
