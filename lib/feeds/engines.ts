/** The engines of the feeds that triggers declare, and of the sources that searches declare. */

import type { InputValues } from '../pack/input.ts';
import { abnormalParcels, createAbnormalParcelsFeed } from './abnormal-parcels.ts';
import { account, createAccountFeed } from './account.ts';
import { budgetStatus, readBudgetStatus } from './call-budget.ts';
import { createDailyReportFeed, dailyReports } from './daily-report.ts';
import {
  closedDisputes,
  createClosedDisputesFeed,
  createDisputeDeadlinesFeed,
  createDisputesFeed,
  disputeDeadlines,
  disputes,
} from './disputes.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import {
  type FoundRecords,
  findOrder,
  findOrders,
  findReviews,
  findShop,
  findTracking,
  orderByNumber,
  ordersOfPeriod,
  parcelOfOrder,
  reviewsByOrder,
  shopWithHealth,
} from './lookups.ts';
import {
  createOrderChangesFeed,
  createOrdersFeed,
  createOrdersToShipFeed,
  orderChanges,
  orders,
  ordersToShip,
} from './orders.ts';
import { createParcelDeliveriesFeed, createParcelsFeed, parcelDeliveries, parcels } from './parcels.ts';
import { createProductsFeed, createProductsOnSaleFeed, products, productsOnSale } from './products.ts';
import { createReviewsFeed, reviews } from './reviews.ts';
import { createStockFeed, stock } from './stock.ts';

export const feedEngines: Record<string, (services: FeedServices) => FeedEngine> = {
  [orders.key]: createOrdersFeed,
  [orderChanges.key]: createOrderChangesFeed,
  [ordersToShip.key]: createOrdersToShipFeed,
  [account.key]: createAccountFeed,
  [reviews.key]: createReviewsFeed,
  [parcels.key]: createParcelsFeed,
  [parcelDeliveries.key]: createParcelDeliveriesFeed,
  [abnormalParcels.key]: createAbnormalParcelsFeed,
  [dailyReports.key]: createDailyReportFeed,
  [disputes.key]: createDisputesFeed,
  [disputeDeadlines.key]: createDisputeDeadlinesFeed,
  [closedDisputes.key]: createClosedDisputesFeed,
  [products.key]: createProductsFeed,
  [productsOnSale.key]: createProductsOnSaleFeed,
  [stock.key]: createStockFeed,
};

type Records = Record<string, unknown>[];
export type SourceEngine = (services: FeedServices, inputs: InputValues) => Promise<FoundRecords<Records>>;

/** For sources that always find everything that there is. */
const whole =
  (read: (services: FeedServices, inputs: InputValues) => Promise<Records>): SourceEngine =>
  async (services, inputs) => ({ records: await read(services, inputs), isComplete: true });

export const sourceEngines: Record<string, SourceEngine> = {
  [budgetStatus.key]: whole(readBudgetStatus),
  [orderByNumber.key]: whole(findOrder),
  [ordersOfPeriod.key]: findOrders,
  [parcelOfOrder.key]: whole(findTracking),
  [reviewsByOrder.key]: whole(findReviews),
  [shopWithHealth.key]: whole(findShop),
};
