/** `push`, `upload` and `versions`. */

import AdmZip from 'adm-zip';
import * as z from 'zod';
import {
  type Account,
  type Integration,
  integrationOf,
  Refusal,
  type Routes,
  type Upload,
  type Version,
  versionOf,
} from './account.ts';

const VERSION = /^\d{1,3}\.\d{1,3}\.\d{1,3}(-[a-z0-9-]{1,12})?$/i;
const SNAPSHOT = /^0\.0\.0-/;

const uploadSchema = z.strictObject({
  zip_file: z.base64().min(1),
  source_zip_file: z.base64().min(1),
  skip_validation: z.boolean(),
});
const definitionSchema = z.looseObject({ version: z.string(), platformVersion: z.string() });
const packageSchema = z.looseObject({ dependencies: z.record(z.string(), z.string()) });

export const versionRoutes: Routes = (server, account) => {
  server.get<{ Params: { id: string } }>('/apps/:id/versions', async ({ params }) => ({
    objects: [...integrationOf(account, params.id).versions.values()].map(shown),
  }));
  server.get<{ Params: { id: string; version: string } }>('/apps/:id/versions/:version', async ({ params }) =>
    shown(versionOf(integrationOf(account, params.id), params.version)),
  );
  server.put<{ Params: { id: string; version: string } }>(
    '/apps/:id/versions/:version',
    async ({ params, body }) => {
      const integration = integrationOf(account, params.id);
      if (integration.versions.get(params.version)?.lifecycle === 'promoted')
        throw new Refusal(400, `version ${params.version} is in production and cannot be changed`);
      const upload = readUpload(params.version, body);
      return shown(store(account, integration, params.version, upload));
    },
  );
};

function readUpload(version: string, body: unknown): Upload {
  if (!VERSION.test(version)) throw new Refusal(400, `"${version}" is not a version`);
  const { zip_file, source_zip_file, skip_validation } = uploadSchema.parse(body);
  const buildZip = Buffer.from(zip_file, 'base64');
  const sourceZip = Buffer.from(source_zip_file, 'base64');
  const build = openZip('zip_file', buildZip);
  openZip('source_zip_file', sourceZip);
  textIn(build, 'zapierwrapper.js');
  const definition = definitionSchema.parse(JSON.parse(textIn(build, 'definition.json')));
  if (!SNAPSHOT.test(version) && definition.version !== version)
    throw new Refusal(400, `the build is version ${definition.version}, not ${version}`);
  const { dependencies } = packageSchema.parse(JSON.parse(textIn(build, 'package.json')));
  const core = dependencies['zapier-platform-core'];
  if (core !== definition.platformVersion)
    throw new Refusal(400, `package.json asks for core ${core}, the build has ${definition.platformVersion}`);
  return { buildZip, sourceZip, definition, skipValidation: skip_validation };
}

function openZip(field: string, content: Buffer): AdmZip {
  try {
    return new AdmZip(content);
  } catch {
    throw new Refusal(400, `${field} is not a zip file`);
  }
}

function textIn(zip: AdmZip, name: string): string {
  const entry = zip.getEntry(name);
  if (!entry) throw new Refusal(400, `the build has no ${name}`);
  return entry.getData().toString('utf8');
}

/** A new version starts with the settings of the one before it. */
function store({ firstUsers }: Account, integration: Integration, version: string, upload: Upload): Version {
  const before = [...integration.versions.values()].at(-1);
  const stored: Version = integration.versions.get(version) ?? {
    version,
    platformVersion: '',
    environment: { ...before?.environment },
    uploads: [],
    lifecycle: 'private',
    users: before ? 0 : firstUsers,
  };
  stored.platformVersion = String(upload.definition.platformVersion);
  stored.uploads.push(upload);
  integration.versions.set(version, stored);
  return stored;
}

const shown = ({ version, platformVersion, lifecycle, users, deprecation }: Version) => ({
  version,
  platform_version: platformVersion,
  user_count: users,
  lifecycle: { status: lifecycle },
  deprecation_date: deprecation?.date ?? null,
});
