/** The Zapier app: what is in it, and the real runtime. */

import zapier from 'zapier-platform-core';
import sendFeishuCard from './actions/send-feishu-card.ts';
import { toZapierApp } from './lib/hosts/zapier/app.ts';
import type { PackRuntime } from './lib/hosts/zapier/session.ts';
import { systemClock } from './lib/runtime.ts';
import { readAppKey, readSettings } from './lib/settings.ts';
import packageJson from './package.json' with { type: 'json' };
import callBudget from './searches/call-budget.ts';
import findOrder from './searches/find-order.ts';
import accountAlert from './triggers/account-alert.ts';
import newOrder from './triggers/new-order.ts';
import orderCancelled from './triggers/order-cancelled.ts';
import orderPaid from './triggers/order-paid.ts';
import orderStatusChanged from './triggers/order-status-changed.ts';
import shipDeadline from './triggers/ship-deadline.ts';

/** The pack on a runtime of the caller's: the local host runs it on a virtual clock. */
export const createPack = (runtime: PackRuntime) =>
  toZapierApp(
    {
      version: packageJson.version,
      platformVersion: zapier.version,
      triggers: [newOrder, orderPaid, orderStatusChanged, orderCancelled, shipDeadline, accountAlert],
      searches: [findOrder, callBudget],
      actions: [sendFeishuCard],
    },
    runtime,
  );

export default createPack({
  clock: systemClock,
  random: Math.random,
  settings: readSettings(process.env),
  appKey: () => readAppKey(process.env),
});
