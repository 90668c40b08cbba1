/** The engines behind the feeds that triggers name, and behind the sources that searches name. */

import type { InputValues } from '../pack/input.ts';
import { account, budgetStatus, createAccountFeed, readBudgetStatus } from './account.ts';
import type { FeedEngine, FeedServices } from './feed.ts';
import { createOrdersFeed, createOrdersToShipFeed, orders, ordersToShip } from './orders.ts';

export const feedEngines: Record<string, (services: FeedServices) => FeedEngine> = {
  [orders.key]: createOrdersFeed,
  [ordersToShip.key]: createOrdersToShipFeed,
  [account.key]: createAccountFeed,
};

export type SourceEngine = (
  services: FeedServices,
  inputs: InputValues,
) => Promise<Record<string, unknown>[]>;

export const sourceEngines: Record<string, SourceEngine> = {
  [budgetStatus.key]: readBudgetStatus,
};
