/** `/admin`: everything that manages the hub, for holders of an admin key and for browsers that have signed in. */

import type { FastifyInstance } from 'fastify';
import { requireAdmin } from '../access/admins.ts';
import type { HubServices } from '../api/services.ts';
import { mountActivity } from './activity.ts';
import { mountAlertChannel } from './alert-channel.ts';
import { mountClients } from './clients.ts';
import { mountEvents } from './events.ts';
import { mountKeys } from './keys.ts';
import { mountShopOptions } from './options.ts';
import { mountProbe } from './probe.ts';
import { mountRecipes } from './recipes.ts';
import { mountSessions } from './sessions.ts';
import { mountShops } from './shops.ts';
import { mountSkipped } from './skipped.ts';
import { mountSubscriptions } from './subscriptions.ts';
import { mountTracker } from './tracker.ts';

export function mountAdmin(server: FastifyInstance, services: HubServices): void {
  mountSessions(server, services);
  server.register(async (admin) => {
    admin.addHook('onRequest', async (request) => {
      requireAdmin(services.runtime, request);
    });
    mountShops(admin, services);
    mountTracker(admin, services);
    mountProbe(admin, services);
    mountActivity(admin, services);
    mountKeys(admin, services);
    mountClients(admin, services);
    mountSubscriptions(admin, services);
    mountRecipes(admin, services);
    mountShopOptions(admin, services);
    mountAlertChannel(admin, services);
    mountEvents(admin, services);
    mountSkipped(admin, services);
  });
}
