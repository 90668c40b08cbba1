/** `register`, `link`, `integrations`, and what every command asks first: does the publisher own this integration? */

import * as z from 'zod';
import { type Account, type Integration, integrationOf, type Routes } from './account.ts';

const choices = {
  intention: [
    { value: 'global', name: 'Public' },
    { value: 'private', name: 'Private' },
  ],
  role: [
    { value: 'employee', name: 'I work for [app_title]' },
    { value: 'user', name: 'I use [app_title]' },
  ],
  app_category: [
    { value: 'ecommerce', name: 'eCommerce' },
    { value: 'other', name: 'Other' },
  ],
};
const choice = (name: keyof typeof choices) => z.enum(choices[name].map(({ value }) => value));

const details = z.strictObject({
  title: z.string().min(2),
  description: z.string().min(1).max(140),
  homepage_url: z.union([z.url(), z.literal('')]).optional(),
  intention: choice('intention'),
  role: choice('role'),
  app_category: choice('app_category'),
});
const registration = details.extend({ subscription: z.boolean() });

export const integrationRoutes: Routes = (server, account) => {
  server.get('/check', async () => ({}));
  server.get('/apps/fields-choices', async () => choices);
  server.get('/apps', async () => ({ objects: [...account.integrations.values()].map(shown) }));
  server.get<{ Params: { id: string } }>('/apps/:id', async ({ params }) =>
    shown(integrationOf(account, params.id)),
  );
  server.post('/apps', async ({ body }, reply) => {
    const { subscription: _, ...given } = registration.parse(body);
    return reply.code(201).send(shown(addIntegration(account, given)));
  });
  server.put<{ Params: { id: string } }>('/apps/:id', async ({ params, body }) => {
    const integration = integrationOf(account, params.id);
    return shown(Object.assign(integration, details.parse(body)));
  });
};

const FIRST_ID = 4711;

function addIntegration(account: Account, { homepage_url, ...given }: z.infer<typeof details>): Integration {
  const id = FIRST_ID + account.integrations.size;
  const integration: Integration = {
    ...given,
    homepage_url: homepage_url || null,
    id,
    key: `App${id}`,
    versions: new Map(),
    invitees: [],
    isPublic: false,
    canaries: [],
    jobs: [],
  };
  account.integrations.set(id, integration);
  return integration;
}

function shown(integration: Integration) {
  const { versions, invitees: _, canaries: __, jobs: ___, isPublic, ...rest } = integration;
  const promoted = [...versions.values()].find(({ lifecycle }) => lifecycle === 'promoted');
  return {
    ...rest,
    status: isPublic ? 'public' : rest.intention === 'private' ? 'private' : 'pending',
    public: isPublic,
    all_versions: [...versions.keys()],
    latest_version: promoted?.version ?? [...versions.keys()].at(-1) ?? null,
  };
}
