/** Apps: fields, sections, readme, common data, icon, visibility, checksums. */

import { createHash, randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { type Account, type HeldApp, missing } from './account.ts';
import { bodyOf, bytesOf, checked, jsonOf, reordered, sectionAnswer } from './bodies.ts';
import { appFields, changedAppFields, checkAppSection, checkIcon } from './rules.ts';

const pathSchema = z.object({
  app: z.string(),
  version: z.string().default('1'),
  section: z.string().default(''),
});

export function appOf(account: Account, request: FastifyRequest): HeldApp {
  const { app, version } = pathSchema.parse(request.params);
  const found = account.apps.find(({ fields }) => fields.name === app && String(fields.version) === version);
  if (!found) throw missing(`App ${app} ${version}`);
  return found;
}

const short = ({ fields: { name, label, version } }: HeldApp) => ({ name, label, version, beta: false });

export function appRoutes(server: FastifyInstance, account: Account): void {
  const of = (request: FastifyRequest) => appOf(account, request);
  server.get('/apps', () => ({ apps: account.apps.map(short) }));
  server.post('/apps', (request) => {
    const { name, label, description, theme, language, countries, audience } = checked(
      appFields,
      jsonOf(request),
    );
    const fields = {
      name: `${name}-${randomUUID().slice(0, 6)}`,
      label,
      description,
      version: 1,
      beta: false,
      theme: theme.toLowerCase(),
      language,
      public: false,
      approved: false,
      global: audience === 'global',
      countries: countries ?? null,
      manifestVersion: 2,
    };
    account.apps.push({
      fields,
      texts: new Map([
        ['base', '{\n\t// Default request parameters\n\t"baseUrl": "https://www.example.com"\n}'],
        ['groups', '[]'],
      ]),
      readme: '',
      common: {},
      icon: undefined,
      components: [],
    });
    const { name: created, version, public: isPublic, approved } = fields;
    return { app: { name: created, label, version, theme, public: isPublic, approved } };
  });
  server.get('/apps/:app/:version', (request) => ({ app: of(request).fields }));
  server.patch('/apps/:app/:version', (request) => {
    const app = of(request);
    const { audience: _, ...changed } = checked(changedAppFields, jsonOf(request));
    Object.assign(app.fields, changed);
    return { app: short(app) };
  });
  server.post('/apps/:app/:version/public', (request) => {
    of(request).fields.public = true;
    return { changed: true };
  });

  server.get('/apps/:app/:version/readme', (request, reply) =>
    reply.type('text/markdown').send(of(request).readme),
  );
  server.put('/apps/:app/:version/readme', (request) => {
    of(request).readme = bodyOf(request, 'text/markdown');
    return { changed: true };
  });
  server.get('/apps/:app/:version/common', (request) => of(request).common);
  server.put('/apps/:app/:version/common', (request) => {
    of(request).common = checked(z.record(z.string(), z.unknown()), jsonOf(request));
    return { changed: true };
  });
  // Make shows a picture that it computes from the icon.
  server.get('/apps/:app/:version/icon/:size', (request, reply) => {
    const { icon } = of(request);
    if (!icon) throw missing('Icon');
    return reply.type('image/png').send(Buffer.concat([icon, Buffer.from('computed')]));
  });
  server.put('/apps/:app/:version/icon', (request) => {
    const icon = bytesOf(request, 'image/png');
    checkIcon(icon);
    of(request).icon = icon;
    return { changed: true };
  });
  server.get('/apps/:app/:version/checksum', (request) => {
    if (account.checksums === 'none') throw missing('Checksum');
    if (account.checksums === 'other') return [];
    return checksumsOf(of(request), account.checksums === 'exact');
  });
  server.get('/apps/:app/:version/:section', (request, reply) => {
    const { section } = pathSchema.parse(request.params);
    const text = of(request).texts.get(section);
    if (text === undefined) throw missing(`Section ${section}`);
    return sectionAnswer(account, reply, text);
  });
  server.put('/apps/:app/:version/:section', (request) => {
    const app = of(request);
    const { section } = pathSchema.parse(request.params);
    const text = bodyOf(request, 'application/jsonc');
    checkAppSection(app, section, text);
    app.texts.set(section, text);
    return { change: {} };
  });
}

/** The names of sections are those of the files of Make's editor where they differ. */
function checksumsOf(app: HeldApp, isExact: boolean) {
  const sum = (text: string) =>
    createHash('md5')
      .update(isExact ? text : JSON.stringify(reordered(JSON.parse(text))))
      .digest('hex');
  const sums = (texts: ReadonlyMap<string, string>) =>
    Object.fromEntries(
      [...texts].map(([section, text]) => [`${section}_jsonc`, text.includes('//') ? sum('{}') : sum(text)]),
    );
  const of = (wanted: string) =>
    app.components
      .filter(({ kind }) => kind === wanted)
      .map(({ fields: { name }, texts }) => ({ name, checksum: { ...sums(texts), label: null } }));
  return {
    app: [{ name: app.fields.name, checksum: sums(app.texts) }],
    accounts: of('connection'),
    hooks: of('webhook'),
    modules: of('module'),
    rpcs: of('rpc'),
    functions: [],
  };
}
