/** `canary:create`, `canary:list` and `canary:delete`. */

import * as z from 'zod';
import { type Canary, type Integration, integrationOf, Refusal, type Routes, versionOf } from './account.ts';
import { majorOf } from './jobs.ts';

interface Route {
  Params: { id: string; from: string; to: string };
}

/** What Zapier allows its own staff is not allowed to publishers. */
const bodySchema = z.strictObject({
  percent: z.number().int().min(1).max(100),
  duration: z
    .number()
    .int()
    .min(30)
    .max(24 * 60 * 60),
  user: z.email().optional(),
  account_id: z.number().int().optional(),
});
const PATH = '/apps/:id/versions/:from/canary-to/:to';
const now = (): number => Math.floor(Date.now() / 1000);

export const canaryRoutes: Routes = (server, account) => {
  server.get<{ Params: { id: string } }>('/apps/:id/canaries', async ({ params }) => ({
    objects: activeIn(integrationOf(account, params.id)).map(({ from, to, percent, until, user }) => ({
      from_version: from,
      to_version: to,
      percent,
      until_timestamp: until,
      user: user ?? null,
      account_id: null,
    })),
  }));
  server.post<Route>(PATH, async ({ params: { id, from, to }, body }) => {
    const integration = integrationOf(account, id);
    versionOf(integration, from);
    versionOf(integration, to);
    if (majorOf(from) !== majorOf(to)) throw new Refusal(400, `${to} is another major version than ${from}`);
    if (activeIn(integration).length > 0) throw new Refusal(400, 'there is an active canary already');
    const { percent, duration, user, account_id } = bodySchema.parse(body);
    if (account_id !== undefined && user === undefined)
      throw new Refusal(403, 'an account without a user is for staff only');
    integration.canaries.push({ from, to, percent, until: now() + duration, user });
    return {};
  });
  server.delete<Route>(PATH, async ({ params: { id, from, to } }) => {
    const integration = integrationOf(account, id);
    const found = activeIn(integration).find((canary) => canary.from === from && canary.to === to);
    if (!found) throw new Refusal(404, `no canary from ${from} to ${to}`);
    integration.canaries = integration.canaries.filter((canary) => canary !== found);
    return {};
  });
};

const activeIn = ({ canaries }: Integration): Canary[] => canaries.filter(({ until }) => until > now());
