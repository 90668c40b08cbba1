/** `env:get`, `env:set` and `env:unset`. */

import * as z from 'zod';
import { integrationOf, Refusal, type Routes, versionOf } from './account.ts';

interface OfVersion {
  Params: { id: string; version: string };
}

/** Null removes a value. */
const values = z.record(z.string(), z.string().nullable());
const NAME = /^[A-Z_][A-Z0-9_]*$/;

export const environmentRoutes: Routes = (server, account) => {
  const find = ({ id, version }: OfVersion['Params']) => versionOf(integrationOf(account, id), version);
  server.get<OfVersion>('/apps/:id/versions/:version/environment', async ({ params }) => ({
    objects: Object.entries(find(params).environment).map(([key, value]) => ({ key, value })),
  }));
  server.post<OfVersion>(
    '/apps/:id/versions/:version/multi-environment',
    async ({ params, body, headers }) => {
      const { environment, lifecycle } = find(params);
      if (lifecycle === 'promoted' && headers['x-force-env-var-update'] !== 'true')
        throw new Refusal(409, 'this version is in production');
      const given = Object.entries(values.parse(body));
      const wrong = given.map(([name]) => name).filter((name) => !NAME.test(name));
      for (const [name, value] of given.filter(([name]) => NAME.test(name))) {
        if (value === null) delete environment[name];
        else environment[name] = value;
      }
      if (wrong.length > 0)
        throw new Refusal(400, `The following keys failed to update: ${wrong.join(', ')}`);
      return {};
    },
  );
};
