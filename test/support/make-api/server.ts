/**
 * Make's API for custom apps, as far as a push uses it, on this machine. It refuses what Make refuses.
 *
 * [doc] is from Make's API reference, its client (@makehq/sdk) or its editor for VS Code; [assumed] is not confirmed
 * anywhere public, and where in doubt the stricter way.
 *
 * - Paths, methods, content types of what is sent, names of sections, `Authorization: Token`: [doc], the client sends so.
 * - Errors as `{ detail, message, code }`, 400 for what is not valid, 401, 403, 404, 429: [doc]. Which sentence: [assumed].
 * - A wrong key is answered with 401: [doc]. A key without the scopes with 403 "Access denied.": [doc].
 * - Rules for names of apps and modules, type ids 1, 4, 9: [doc]. Names of apps and of connections are made by the
 *   server: [doc]; the form of the suffix and of the counter: [assumed].
 * - POST and PATCH of a module take crud and connection, PATCH also null: [doc], the editor sends so.
 * - A component is created with example content, unless the module is asked for blank: [doc]. What blank is: [assumed].
 * - A section is answered as JSON, or as text with `application/jsonc`: [assumed], both are played.
 * - Common data is answered as it was set, and replaced as a whole: [doc] for the first, [assumed] for the second.
 * - A module may not name a connection of another app; groups may not name a module that is not there; only a trigger
 *   has an epoch; unknown keys are refused: [assumed].
 */

import { randomUUID } from 'node:crypto';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import * as z from 'zod';

interface Held {
  fields: Record<string, unknown>;
  sections: Record<string, unknown>;
}

export interface HeldConnection extends Held {
  fields: { name: string; label: string; type: string };
  common: Record<string, unknown>;
}

export interface HeldModule extends Held {
  fields: z.infer<typeof NewModule> & { public: boolean; approved: boolean };
}

export interface HeldApp extends Held {
  fields: z.infer<typeof NewApp> & { version: 1; public: boolean; approved: boolean };
  readme: string;
  common: Record<string, unknown>;
  connections: HeldConnection[];
  modules: HeldModule[];
}

export interface Sent {
  method: string;
  path: string;
}

/** What is done with a request instead of answering it. */
export type Trouble =
  | { answer: number; message?: string; retryAfter?: string }
  /** The connection is cut, before or after the request has had its effect. */
  | { cut: 'before' | 'after' }
  /** Something that is not Make answers. */
  | { html: true };

export interface MakeApiStandIn {
  /** As MAKE_ZONE. */
  zone: string;
  apiKey: string;
  apps: HeldApp[];
  /** Everything that came in since the last `forget`. */
  sent: Sent[];
  writes(): Sent[];
  forget(): void;
  /** Asked about every request; undefined lets it through. */
  trouble: (sent: Sent, body: string) => Trouble | undefined;
  /** Sections are answered as text with comments allowed, instead of as JSON. */
  answersText: boolean;
  /** Lists of modules leave out crud and connection. */
  listsShort: boolean;
  close(): Promise<void>;
}

const APP_NAME = /^[a-z][0-9a-z-]{1,28}[0-9a-z]$/;
const MODULE_NAME = /^[a-zA-Z][0-9a-zA-Z]{2,63}$/;
const label = z.string().min(1);

const NewApp = z.strictObject({
  name: z.string().regex(APP_NAME),
  label,
  description: z.string().optional(),
  theme: z.string().regex(/^#[0-9a-f]{6}$/i),
  language: z.string().length(2),
  audience: z.enum(['global', 'countries']),
  countries: z.array(z.string()).optional(),
  private: z.boolean().optional(),
});

const NewConnection = z.strictObject({ type: z.enum(['basic', 'oauth']), label });

const ModuleFields = z.strictObject({
  label,
  description: z.string(),
  typeId: z.literal([1, 4, 9]),
  crud: z.enum(['create', 'read', 'update', 'delete']).nullable(),
  connection: z.string().nullable(),
});
const NewModule = ModuleFields.extend({
  name: z.string().regex(MODULE_NAME),
  crud: ModuleFields.shape.crud.default(null),
  connection: ModuleFields.shape.connection.default(null),
  moduleInitMode: z.enum(['blank', 'example', 'module']).default('example'),
});

const object = z.record(z.string(), z.unknown());
const list = z.array(z.unknown());
const Groups = z.array(z.strictObject({ label, modules: z.array(z.string()) }));

/** Section → what may stand in it. */
const APP_SECTIONS: Record<string, z.ZodType> = { base: object, groups: Groups };
const CONNECTION_SECTIONS: Record<string, z.ZodType> = {
  api: object,
  parameters: list,
  scopes: object,
  scope: z.array(z.string()),
};
const MODULE_SECTIONS: Record<string, z.ZodType> = {
  api: z.union([object, list]),
  parameters: list,
  expect: list,
  interface: list,
  samples: object,
  scope: z.array(z.string()),
  epoch: object,
};

const TRIGGER = 1;
const JSONC = 'application/jsonc';

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

const missing = (what: string) => new Refusal(404, `${what} not found.`);

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Refusal(400, `Validation failed for ${issue?.path.join('.') || 'body'}: ${issue?.message}`);
}

function own<T>(table: Record<string, T>, name: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) throw missing(`Section ${name}`);
  return found;
}

/** The same JSON as a server might have stored it: keys in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, reordered(part)]),
  );
}

export async function startMakeApi(): Promise<MakeApiStandIn> {
  const server = fastify({ forceCloseConnections: true });
  const standIn: MakeApiStandIn = {
    zone: '',
    apiKey: randomUUID(),
    apps: [],
    sent: [],
    writes: () => standIn.sent.filter(({ method }) => method !== 'GET'),
    forget: () => {
      standIn.sent.length = 0;
    },
    trouble: () => undefined,
    answersText: false,
    listsShort: false,
    close: () => server.close(),
  };

  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, body));

  const bodyOf = (request: FastifyRequest, type: string): string => {
    const given = request.headers['content-type']?.split(';')[0];
    if (given !== type) throw new Refusal(400, `Content type must be ${type}, not ${given}.`);
    return String(request.body);
  };
  const jsonOf = (request: FastifyRequest, type = 'application/json'): unknown => {
    const body = bodyOf(request, type);
    try {
      return JSON.parse(body);
    } catch {
      throw new Refusal(400, 'Body is not valid JSON.');
    }
  };

  server.addHook('preHandler', async (request, reply) => {
    const sent = { method: request.method, path: request.url };
    standIn.sent.push(sent);
    const trouble = standIn.trouble(sent, String(request.body ?? ''));
    if (trouble && 'cut' in trouble) {
      if (trouble.cut === 'before') {
        request.raw.socket.destroy();
        return reply.hijack();
      }
      Object.assign(request, { cutAfter: true });
    }
    if (trouble && 'html' in trouble) {
      return reply.type('text/html').send('<!doctype html><title>Sign in</title>');
    }
    if (trouble && 'answer' in trouble) {
      if (trouble.retryAfter !== undefined) reply.header('retry-after', trouble.retryAfter);
      return refuse(reply, trouble.answer, trouble.message ?? 'Something went wrong.');
    }
    if (request.headers.authorization !== `Token ${standIn.apiKey}`) {
      return refuse(reply, 401, 'Unauthorized.');
    }
  });
  server.addHook('onSend', async (request) => {
    if ('cutAfter' in request) request.raw.socket.destroy();
  });
  server.setErrorHandler((error, _, reply) =>
    error instanceof Refusal ? refuse(reply, error.status, error.message) : refuse(reply, 500, String(error)),
  );
  server.setNotFoundHandler((_, reply) => refuse(reply, 404, 'Not found.'));

  const Path = z.object({
    app: z.string().optional(),
    version: z.string().optional(),
    module: z.string().optional(),
    connection: z.string().optional(),
    section: z.string().default(''),
  });
  const pathOf = (request: FastifyRequest) => Path.parse(request.params);
  const appOf = (request: FastifyRequest): HeldApp => {
    const { app, version = '1' } = pathOf(request);
    const found = standIn.apps.find(
      ({ fields }) => fields.name === app && String(fields.version) === version,
    );
    if (!found) throw missing(`App ${app} ${version}`);
    return found;
  };
  const connectionOf = (request: FastifyRequest): HeldConnection => {
    const { connection } = pathOf(request);
    const found = standIn.apps
      .flatMap(({ connections }) => connections)
      .find(({ fields }) => fields.name === connection);
    if (!found) throw missing(`Connection ${connection}`);
    return found;
  };
  const moduleOf = (request: FastifyRequest): HeldModule => {
    const { module } = pathOf(request);
    const found = appOf(request).modules.find(({ fields }) => fields.name === module);
    if (!found) throw missing(`Module ${module}`);
    return found;
  };
  const sectionsOf = (typeId: number) => {
    const { epoch, ...others } = MODULE_SECTIONS;
    return typeId === TRIGGER && epoch ? { ...others, epoch } : others;
  };
  const answerSection = (reply: FastifyReply, content: unknown) =>
    standIn.answersText
      ? reply.type(JSONC).send(JSON.stringify(reordered(content), null, '\t'))
      : reply.send(reordered(content));
  const checkConnection = (app: HeldApp, name: string | null | undefined) => {
    if (name && !app.connections.some(({ fields }) => fields.name === name)) {
      throw new Refusal(400, `Connection ${name} does not belong to the app.`);
    }
  };
  const shownModule = ({ fields: { moduleInitMode: _, ...fields } }: HeldModule) => ({
    ...fields,
    altConnection: null,
    webhook: null,
  });

  server.register(
    async (api) => {
      api.get('/apps', () => ({
        apps: standIn.apps.map(({ fields: { name, label, version } }) => ({ name, label, version })),
      }));
      api.post('/apps', (request) => {
        const given = checked(NewApp, jsonOf(request));
        const name = `${given.name}-${randomUUID().slice(0, 6)}`;
        const fields = { ...given, name, version: 1 as const, public: false, approved: false };
        standIn.apps.push({
          fields,
          sections: { base: { baseUrl: 'https://www.example.com' }, groups: [] },
          readme: '',
          common: {},
          connections: [],
          modules: [],
        });
        return { app: fields };
      });
      api.get('/apps/:app/:version', (request) => ({ app: appOf(request).fields }));

      api.get('/apps/:app/:version/readme', (request, reply) =>
        reply.type('text/markdown').send(appOf(request).readme),
      );
      api.put('/apps/:app/:version/readme', (request) => {
        appOf(request).readme = bodyOf(request, 'text/markdown');
        return { changed: true };
      });
      api.get('/apps/:app/:version/common', (request) => appOf(request).common);
      api.put('/apps/:app/:version/common', (request) => {
        appOf(request).common = checked(object, jsonOf(request));
        return { changed: true };
      });

      api.get('/apps/:app/:version/modules', (request) => ({
        appModules: appOf(request)
          .modules.map(shownModule)
          .map(({ crud, connection, ...short }) =>
            standIn.listsShort ? short : { ...short, crud, connection },
          ),
      }));
      api.post('/apps/:app/:version/modules', (request) => {
        const app = appOf(request);
        const given = checked(NewModule, jsonOf(request));
        if (app.modules.some(({ fields }) => fields.name === given.name)) {
          throw new Refusal(400, `Module ${given.name} already exists.`);
        }
        checkConnection(app, given.connection);
        const blank = { api: {}, parameters: [], expect: [], interface: [], samples: {}, scope: [] };
        const example = {
          ...blank,
          api: { url: '/example' },
          interface: [{ name: 'example', type: 'text' }],
        };
        const module = {
          fields: { ...given, public: false, approved: false },
          sections: given.moduleInitMode === 'blank' ? blank : example,
        };
        app.modules.push(module);
        return { appModule: shownModule(module) };
      });
      api.get('/apps/:app/:version/modules/:module', (request) => ({
        appModule: shownModule(moduleOf(request)),
      }));
      api.patch('/apps/:app/:version/modules/:module', (request) => {
        const module = moduleOf(request);
        const given = checked(ModuleFields.partial(), jsonOf(request));
        checkConnection(appOf(request), given.connection);
        Object.assign(module.fields, given);
        return { appModule: shownModule(module) };
      });
      api.get('/apps/:app/:version/modules/:module/:section', (request, reply) => {
        const { fields, sections } = moduleOf(request);
        const { section } = pathOf(request);
        own(sectionsOf(fields.typeId), section);
        return answerSection(reply, sections[section] ?? null);
      });
      api.put('/apps/:app/:version/modules/:module/:section', (request) => {
        const { fields, sections } = moduleOf(request);
        const { section } = pathOf(request);
        sections[section] = checked(own(sectionsOf(fields.typeId), section), jsonOf(request, JSONC));
        return { change: {} };
      });

      api.get('/apps/:app/:version/:section', (request, reply) => {
        const { section } = pathOf(request);
        own(APP_SECTIONS, section);
        return answerSection(reply, appOf(request).sections[section] ?? null);
      });
      api.put('/apps/:app/:version/:section', (request) => {
        const { section } = pathOf(request);
        const app = appOf(request);
        const content = checked(own(APP_SECTIONS, section), jsonOf(request, JSONC));
        if (section === 'groups') {
          for (const name of checked(Groups, content).flatMap(({ modules }) => modules)) {
            if (!app.modules.some(({ fields }) => fields.name === name)) throw missing(`Module ${name}`);
          }
        }
        app.sections[section] = content;
        return { change: {} };
      });

      api.get('/apps/:app/connections', (request) => ({
        appConnections: appOf(request).connections.map(({ fields }) => fields),
      }));
      api.post('/apps/:app/connections', (request) => {
        const app = appOf(request);
        const given = checked(NewConnection, jsonOf(request));
        const fields = { name: `${app.fields.name}-${app.connections.length + 1}`, ...given };
        app.connections.push({
          fields,
          sections: { api: { authorize: {} }, parameters: [], scopes: {}, scope: [] },
          common: given.type === 'oauth' ? { clientId: 'ENTER_CLIENT_ID_HERE' } : {},
        });
        return { appConnection: fields };
      });
      api.get('/apps/connections/:connection', (request) => ({
        appConnection: connectionOf(request).fields,
      }));
      api.patch('/apps/connections/:connection', (request) => {
        const { fields } = connectionOf(request);
        Object.assign(fields, checked(z.strictObject({ label }), jsonOf(request)));
        return { appConnection: fields };
      });
      api.get('/apps/connections/:connection/common', (request) => connectionOf(request).common);
      api.put('/apps/connections/:connection/common', (request) => {
        connectionOf(request).common = checked(object, jsonOf(request));
        return { changed: true };
      });
      api.get('/apps/connections/:connection/:section', (request, reply) => {
        const { section } = pathOf(request);
        own(CONNECTION_SECTIONS, section);
        return answerSection(reply, connectionOf(request).sections[section]);
      });
      api.put('/apps/connections/:connection/:section', (request) => {
        const { section } = pathOf(request);
        const content = checked(own(CONNECTION_SECTIONS, section), jsonOf(request, JSONC));
        connectionOf(request).sections[section] = content;
        return { change: {} };
      });
    },
    { prefix: '/api/v2/sdk' },
  );

  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  standIn.zone = new URL(address).host;
  return standIn;
}

const MESSAGES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Permission denied',
  404: 'Not found',
  429: 'Requests limit for organization exceeded, please try again later.',
};

const refuse = (reply: FastifyReply, status: number, detail: string): FastifyReply =>
  reply
    .code(status)
    .send({ detail, message: MESSAGES[status] ?? 'Internal server error', code: `IM${status}` });
