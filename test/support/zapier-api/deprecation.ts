/** `deprecate`. */

import * as z from 'zod';
import { integrationOf, Refusal, type Routes, versionOf } from './account.ts';

const REASONS = [
  'api endpoint deprecated',
  'security vulnerability',
  'critical bug',
  'legal requirement',
] as const;
const bodySchema = z.strictObject({
  deprecation_date: z.iso.date(),
  deprecation_reason: z.union([z.enum(REASONS), z.string().regex(/^other: .{1,50}$/)]),
});
const DAY_MS = 24 * 60 * 60 * 1000;

export const deprecationRoutes: Routes = (server, account) => {
  server.put<{ Params: { id: string; version: string } }>(
    '/apps/:id/versions/:version/deprecate',
    async ({ params, body }) => {
      const version = versionOf(integrationOf(account, params.id), params.version);
      const { deprecation_date: date, deprecation_reason: reason } = bodySchema.parse(body);
      if (version.lifecycle === 'promoted')
        throw new Refusal(400, `version ${version.version} is in production and cannot be deprecated`);
      const days = (Date.parse(date) - Date.now()) / DAY_MS;
      if (days < 21 || days > 365)
        throw new Refusal(400, 'the deprecation date must be between 3 weeks and 1 year in the future');
      version.lifecycle = 'deprecating';
      version.deprecation = { date, reason };
      return {};
    },
  );
};
