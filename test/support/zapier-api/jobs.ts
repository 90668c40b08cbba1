/** `promote`, `migrate` and `jobs`. Jobs are done at once. */

import * as z from 'zod';
import { readDefinition } from '../publishing-checks/definition.ts';
import { publishedChecks } from '../publishing-checks/published.ts';
import { type Integration, integrationOf, Refusal, type Routes, type Version, versionOf } from './account.ts';
import { breakingChanges } from './breaking-changes.ts';

interface OfIntegration {
  Params: { id: string };
}

const promotion = z.strictObject({
  name: z.literal('promote'),
  to_version: z.string(),
  changelog: z.string().min(1),
  app_metadata: z.array(z.looseObject({})).optional(),
  loki_metadata: z.array(z.looseObject({})).optional(),
  is_feature_update: z.boolean(),
  is_bugfix: z.boolean(),
  is_other: z.boolean(),
});
const migration = z.strictObject({
  name: z.literal('migrate'),
  from_version: z.string(),
  to_version: z.string(),
  email: z.email().optional(),
  email_type: z.enum(['user', 'account']).optional(),
});
/** The checks before a job come without a percentage. */
const checkSchema = z.strictObject({ job: z.discriminatedUnion('name', [promotion, migration]) });
const jobSchema = z.strictObject({
  job: z.discriminatedUnion('name', [
    promotion,
    migration.extend({ percent_human: z.number().int().min(1).max(100) }),
  ]),
});

export const majorOf = (version: string): string => version.split('.')[0] ?? '';

export const jobRoutes: Routes = (server, account) => {
  server.post<OfIntegration>(
    '/apps/:id/pre-migration-require-confirmation-checks',
    async ({ params, body }) => {
      integrationOf(account, params.id);
      checkSchema.parse(body);
      return {};
    },
  );
  server.post<OfIntegration>('/apps/:id/migrations', async ({ params, body }, reply) => {
    const integration = integrationOf(account, params.id);
    const { job } = jobSchema.parse(body);
    if (job.name === 'promote' && !integration.isPublic) {
      // Promoting a private integration asks Zapier to publish it.
      checkForProduction(integration, job.to_version);
      const url = `https://zapier.com/app/developer/app/${integration.id}/publish`;
      return reply.code(403).send({ errors: [], activationInfo: { url } });
    }
    if (job.name === 'promote') promote(integration, job);
    else migrate(integration, job);
    return {};
  });
  server.get<OfIntegration>('/apps/:id/migrations', async ({ params }) => {
    const { title, key, jobs } = integrationOf(account, params.id);
    return {
      objects: jobs.map(({ kind, from, to }, at) => ({
        app_title: title,
        job_id: String(at + 1),
        job_kind: kind,
        job_stage: 'complete',
        from_selected_api: `${key}CLIAPI@${from ?? ''}`,
        to_selected_api: `${key}CLIAPI@${to}`,
        started_at: null,
        updated_at: null,
      })),
    };
  });
};

const isNewer = (version: string, other: string): boolean =>
  version.localeCompare(other, 'en', { numeric: true }) > 0;

const promotedIn = ({ versions }: Integration): Version | undefined =>
  [...versions.values()].find(({ lifecycle }) => lifecycle === 'promoted');

/** @throws Refusal where Zapier would not put the version into production */
function checkForProduction(integration: Integration, version: string): void {
  const { uploads, lifecycle } = versionOf(integration, version);
  if (version.includes('-')) throw new Refusal(400, `the labeled version ${version} cannot be promoted`);
  if (lifecycle === 'promoted') throw new Refusal(400, `version ${version} is in production already`);
  if (lifecycle === 'deprecating') throw new Refusal(400, `version ${version} is deprecated`);
  const definition = readDefinition(uploads.at(-1)?.definition);
  const [failed] = publishedChecks.flatMap(({ code, find }) =>
    find(definition).map((found) => `${code}: ${found}`),
  );
  if (failed !== undefined) throw new Refusal(400, failed);
  const before = promotedIn(integration);
  if (!before || majorOf(before.version) !== majorOf(version) || isNewer(before.version, version)) return;
  const [broken] = breakingChanges(readDefinition(before.uploads.at(-1)?.definition), definition);
  if (broken !== undefined) throw new Refusal(400, `${broken} A breaking change needs a new major version.`);
}

function promote(integration: Integration, job: z.infer<typeof promotion>): void {
  checkForProduction(integration, job.to_version);
  const before = promotedIn(integration);
  if (before) before.lifecycle = 'available';
  versionOf(integration, job.to_version).lifecycle = 'promoted';
  integration.jobs.push({ kind: 'promote', to: job.to_version, changelog: job.changelog });
}

interface Migration extends z.infer<typeof migration> {
  percent_human: number;
}

function migrate(integration: Integration, job: Migration): void {
  const { from_version, to_version, email, percent_human } = job;
  const from = versionOf(integration, from_version);
  const to = versionOf(integration, to_version);
  if (majorOf(from_version) !== majorOf(to_version))
    throw new Refusal(
      400,
      `users cannot be migrated from ${from_version} to the major version ${to_version}`,
    );
  if (to.lifecycle === 'deprecating') throw new Refusal(400, `version ${to_version} is deprecated`);
  const moved = email ? Math.min(1, from.users) : Math.ceil((from.users * percent_human) / 100);
  from.users -= moved;
  to.users += moved;
  integration.jobs.push({
    kind: 'migrate',
    from: from_version,
    to: to_version,
    percent: percent_human,
    user: email,
  });
}
