/** `users:add`, `users:get`, `users:links` and `users:remove`. */

import * as z from 'zod';
import { integrationOf, Refusal, type Routes, versionOf } from './account.ts';

interface Invitation {
  Params: { id: string; email: string; version?: string };
}

export const inviteeRoutes: Routes = (server, account) => {
  server.get<{ Params: { id: string } }>('/apps/:id/invitees', async ({ params }) => {
    const { id, versions, invitees } = integrationOf(account, params.id);
    const link = `https://zapier.com/developer/public-invite/${id}/`;
    return {
      objects: invitees.map(({ email, version }) => ({
        email,
        status: 'invited',
        app_version: version ?? null,
      })),
      invite_url: link,
      versions_invite_urls: Object.fromEntries(
        [...versions.keys()].map((version) => [version, `${link}${version}/`]),
      ),
    };
  });
  for (const path of ['/apps/:id/invitees/:email', '/apps/:id/invitees/:email/:version'])
    server.post<Invitation>(path, async ({ params: { id, email, version } }, reply) => {
      const integration = integrationOf(account, id);
      if (version !== undefined) versionOf(integration, version);
      if (!z.email().safeParse(email).success) throw new Refusal(400, `"${email}" is not an e-mail address`);
      integration.invitees.push({ email, version });
      return reply.code(201).send({});
    });
  server.delete<Invitation>('/apps/:id/invitees/:email', async ({ params: { id, email } }) => {
    const integration = integrationOf(account, id);
    const left = integration.invitees.filter((invitee) => invitee.email !== email);
    if (left.length === integration.invitees.length) throw new Refusal(404, `${email} was not invited`);
    integration.invitees = left;
    return {};
  });
};
