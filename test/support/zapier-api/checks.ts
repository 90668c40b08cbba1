/** The checks before every push, and of `validate`: those that Zapier publishes. */

import * as z from 'zod';
import { readDefinition } from '../publishing-checks/definition.ts';
import { publishedChecks } from '../publishing-checks/published.ts';
import { integrationOf, Refusal, type Routes } from './account.ts';

const bodySchema = z.strictObject({
  app_id: z.number().int().optional(),
  version: z.string().optional(),
  app_definition: z.looseObject({ version: z.string(), platformVersion: z.string() }),
});

export const checkRoutes: Routes = (server, account) => {
  server.post('/check', async ({ body, headers }) => {
    const { app_id, version, app_definition } = bodySchema.parse(body);
    if (app_id !== undefined) {
      if (headers['x-deploy-key'] === undefined) throw new Refusal(401, 'the deploy key is missing');
      integrationOf(account, String(app_id));
      if (version !== app_definition.version)
        throw new Refusal(400, `the definition is version ${app_definition.version}, not ${version}`);
    }
    const definition = readDefinition(app_definition);
    const checked = publishedChecks.map(({ code, find }) => ({ code, found: find(definition) }));
    const failed = checked.filter(({ found }) => found.length > 0);
    return {
      passes: checked.filter(({ found }) => found.length === 0).map(({ code }) => code),
      errors: group('Errors', failed),
      warnings: group('Publishing Tasks', []),
      suggestions: group('Warnings', []),
    };
  });
};

/** As the command line tool prints them. */
const group = (display_label: string, failed: readonly { code: string; found: string[] }[]) => ({
  display_label,
  total_failures: failed.length,
  results: failed.map(({ code, found }) => ({
    type: 'app',
    violations: [{ type: code, results: found.map((message) => ({ tag: code, message })) }],
  })),
});
