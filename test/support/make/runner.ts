/**
 * Runs the files of the Make app against a real hub, by the order that Make documents for one request: temp, condition,
 * request, status, valid, iterate, output, trigger, pagination, limit.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { blueprintPath } from '../../../lib/hosts/make/app.ts';
import { evaluate, type Scope, textOf } from './iml.ts';

export class MakeError extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.name = 'MakeError';
    this.type = type;
  }
}

type Values = Record<string, unknown>;
const values = z.record(z.string(), z.unknown());
const manifestSchema = z.object({
  components: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ codeFiles: z.record(z.string(), z.string().nullable()) })),
  ),
});

export interface MakeFolder {
  /** One of a component's files. */
  file(type: string, name: string, code: string): unknown;
  /** @param recipe its key */
  blueprint(recipe: string): unknown;
  base: Values;
  manifest: z.output<typeof manifestSchema>;
}

export function openFolder(folder: string): MakeFolder {
  const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));
  const manifest = manifestSchema.parse(read('makecomapp.json'));
  return {
    manifest,
    base: values.parse(read('general/base.iml.json')),
    blueprint: (recipe) => read(blueprintPath(recipe)),
    file: (type, name, code) => {
      const path = manifest.components[type]?.[name]?.codeFiles[code];
      if (!path) throw new Error(`the ${type} ${name} has no ${code}`);
      return read(path);
    },
  };
}

interface Page {
  status: number;
  headers: Values;
  body: unknown;
}

/** Make's own limits, of one run. */
const MAX_PAGES = 50;
export const MAX_RECORDS = 3200;
const TRIGGER_LIMIT = 1;

export interface MakeRunner {
  /** Items of an action, a search, a trigger or a dropdown. */
  run(type: 'module' | 'rpc', name: string, scope: Scope): Promise<Values[]>;
  /** What the hook's service answers is kept, and handed to `detach`. */
  attach(webhook: string, parameters: Values, url: string): Promise<Values>;
  detach(webhook: string, kept: Values, url: string): Promise<void>;
  /** The item that a request at the webhook becomes; undefined if it is left out. */
  receive(webhook: string, body: unknown): unknown;
  /** One section of a connection. */
  request(section: unknown, scope: Scope, inherited?: Values): Promise<{ page: Page; scope: Scope }>;
}

/** @param origin that the app's hub is replaced by; @param connection what the connection has saved */
export function makeRunner(
  app: MakeFolder,
  { origin, connection, now = () => new Date() }: { origin: string; connection: Values; now?: () => Date },
): MakeRunner {
  const hub = textOf(app.base.baseUrl);

  async function send(request: Values): Promise<Page> {
    const { url, method = 'GET', headers = {}, qs = {}, body, type = 'json' } = request;
    const address = new URL(textOf(url).replace(hub, origin));
    for (const [key, value] of Object.entries(values.parse(qs)))
      if (value !== undefined && value !== null) address.searchParams.set(key, textOf(value));
    const isForm = type === 'urlencoded';
    const answer = await fetch(address, {
      method: textOf(method),
      redirect: 'manual',
      headers: {
        ...(body !== undefined && {
          'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
        }),
        ...Object.fromEntries(
          Object.entries(values.parse(headers)).map(([key, value]) => [key, textOf(value)]),
        ),
      },
      ...(body !== undefined && {
        body: isForm ? new URLSearchParams(body as Record<string, string>).toString() : JSON.stringify(body),
      }),
    }).catch((error: unknown) => {
      throw new MakeError('ConnectionError', String(error));
    });
    const text = await answer.text();
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: parsed(text) };
  }

  const scopeOf = (given: Scope): Scope => ({ connection, now: now(), ...given });

  async function request(section: unknown, given: Scope, inherited: Values = {}) {
    const { temp, response, url, ...rest } = values.parse(section);
    const withTemp = scopeOf({
      ...given,
      temp: { ...(given.temp as Values), ...values.parse(evaluate(temp ?? {}, scopeOf(given))) },
    });
    const merged = {
      ...inherited,
      ...rest,
      headers: { ...(inherited.headers as Values), ...(rest.headers as Values) },
    };
    const full = textOf(url).startsWith('/') ? `${textOf(inherited.baseUrl)}${textOf(url)}` : url;
    const page = await send(values.parse(evaluate({ ...merged, url: full, response: undefined }, withTemp)));
    const scope = { ...withTemp, ...page, statusCode: page.status };
    const rules = { ...(inherited.response as Values), ...(response as Values) };
    checkAnswer(page, rules, scope);
    return { page, scope };
  }

  async function run(type: 'module' | 'rpc', name: string, given: Scope): Promise<Values[]> {
    const communication = values.parse(app.file(type, name, 'communication'));
    const response = (communication.response ?? {}) as Values;
    const isTrigger = response.trigger !== undefined;
    const limit = Number(
      evaluate(response.limit ?? (isTrigger ? TRIGGER_LIMIT : undefined), scopeOf(given)) ??
        Number.POSITIVE_INFINITY,
    );
    const found: { item: Values; id: unknown }[] = [];
    let section: Values = communication;
    for (let page = 1; page <= MAX_PAGES; page++) {
      const { scope } = await request(section, given, app.base);
      const items = itemsIn(response, scope);
      found.push(...items);
      if (found.length >= limit && !isTrigger) break;
      const next = nextPage(communication, { ...scope, pagination: { page: page + 1 } });
      if (!next || items.length === 0 || found.length >= MAX_RECORDS) break;
      section = next;
    }
    const records = found.slice(0, MAX_RECORDS);
    return (isTrigger ? unseen(records, given) : records).slice(0, limit).map(({ item }) => item);
  }

  return {
    run,
    request,
    attach: async (webhook, parameters, url) => {
      const section = app.file('webhook', webhook, 'attach');
      const { scope } = await request(section, { parameters, webhook: { url } }, app.base);
      const { response } = z.object({ response: values }).parse(section);
      return values.parse(evaluate(response.data, scope));
    },
    detach: async (webhook, kept, url) => {
      const section = app.file('webhook', webhook, 'detach');
      await request(section, { webhook: { ...kept, url } }, app.base);
    },
    receive: (webhook, body) => {
      const { condition, output } = values.parse(app.file('webhook', webhook, 'communication'));
      // Make does not hand the connection to a webhook.
      const scope = { body, now: now() };
      return evaluate(condition, scope) ? evaluate(output, scope) : undefined;
    },
  };
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const rule = z.looseObject({ type: z.string().default('RuntimeError'), message: z.string() });

function checkAnswer({ status }: Page, { error, valid }: Values, scope: Scope): void {
  if (status >= 400) {
    const rules = (error ?? {}) as Values;
    const { type, message } = rule.parse(rules[String(status)] ?? rules);
    throw new MakeError(textOf(evaluate(type, scope)), textOf(evaluate(message, scope)));
  }
  if (valid === undefined) return;
  const { condition, ...refusal } = values.parse(valid);
  const { type, message } = rule.parse(refusal);
  if (!evaluate(condition, scope)) throw new MakeError(type, textOf(evaluate(message, scope)));
}

/** Without `iterate` the answer is one item. */
function itemsIn({ iterate, output, trigger }: Values, scope: Scope): { item: Values; id: unknown }[] {
  const all = iterate === undefined ? [undefined] : z.array(z.unknown()).parse(evaluate(iterate, scope));
  return all.map((item) => {
    const inner = { ...scope, item };
    return {
      item: values.parse(evaluate(output ?? (iterate === undefined ? '{{body}}' : '{{item}}'), inner)),
      id: evaluate((trigger as Values | undefined)?.id, inner),
    };
  });
}

function nextPage({ pagination, ...section }: Values, scope: Scope): Values | undefined {
  if (pagination === undefined) return undefined;
  const { condition, qs } = values.parse(pagination);
  if (!evaluate(condition, scope)) return undefined;
  const more = values.parse(evaluate(qs ?? {}, scope));
  return { ...section, qs: { ...(section.qs as Values), ...more } };
}

/** Those with a greater id than the last that was handled, oldest first. */
function unseen(
  found: readonly { item: Values; id: unknown }[],
  { data }: Scope,
): { item: Values; id: unknown }[] {
  const last = Number((data as Values | undefined)?.lastID ?? Number.NEGATIVE_INFINITY);
  return found.filter(({ id }) => Number(id) > last).toSorted((a, b) => Number(a.id) - Number(b.id));
}
