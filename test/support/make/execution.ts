/**
 * Executes the requests of a module, an RPC or a phase of a connection, in Make's order. [facts/make.md §1.7]
 *
 *   repeat → temp → condition → build → HTTP → parse → response.temp → valid → iterate → output → pages
 *
 * `wrapper` and the filter by `limit` come after all pages and are the module's.
 */

import type { Clock, Random } from '../../../lib/runtime.ts';
import { deepMerged, type ErrorDirective, type RequestDirectives } from './directives.ts';
import { AppError, MAKE_ERROR_TYPES, MakeError, type MakeErrorType } from './errors.ts';
import { type Call, type Context, type Environment, holds, ImlError, render } from './iml.ts';
import { isNew, type PolledItem, type PollRules, type PollState, polledItem, pollRules } from './polling.ts';
import { type Collection, isArray, isCollection, kindOf, type Value } from './value.ts';
import { addressOf, encoded, type Incoming, type Outgoing, parsedBody, sanitized, send } from './wire.ts';

export interface ExecutionOptions {
  /** `now` reads it at every use. */
  clock: Clock;
  /** Origin in the app's files → the origin that stands in for it. Loopback needs none; others are refused. */
  origins?: Readonly<Record<string, string>>;
  /** The organisation's time zone. Left out, whatever depends on it is an error. */
  timezone?: string;
  random?: Random;
}

/** A request that was sent, as it went over the wire. The address is the app's own, before it was rerouted. */
export interface Exchange {
  place: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** Undefined where no answer came. */
  status: number | undefined;
}

/** One request in Make's log, which people see who may look at the scenario; `log.sanitize` is applied. */
export interface LogEntry {
  place: string;
  request: Value;
  response: Value;
  /** What the user was told. */
  error?: string;
}

/** One run. */
export interface Flow {
  /** What every directive may read. */
  variables: Context;
  temp: Collection;
  inConnection: boolean;
  /** Requests sent so far. */
  sent: number;
  mostPages: number;
  /** Whether more pages than that are simply not asked for. */
  stopsQuietly: boolean;
  /** Of a trigger: what it has handed out. */
  state?: PollState;
}

/** What one request brought, with all of its pages. */
export interface Brought {
  /** One for each item, or the one output of a request that iterates nothing. */
  outputs: Value[];
  iterated: boolean;
  polled: PolledItem[];
  limit: number | undefined;
  /** What `wrapper` may read. */
  context: Context;
}

/** A condition was false; `result` is its default. */
export interface Skipped {
  skipped: true;
  hasDefault: boolean;
  result: Value;
}

interface Page {
  container: readonly Value[] | undefined;
  outputs: Value[];
  polled: PolledItem[];
  limit: number | undefined;
  context: Context;
}

export interface Execution {
  requests: Exchange[];
  log: LogEntry[];
  calls: Call[];
  render(value: Value, context: Context): Value;
  execute(request: RequestDirectives, flow: Flow): Promise<Brought | Skipped>;
  /** All requests in order. @returns what the last one brought */
  executeAll(all: readonly RequestDirectives[], flow: Flow): Promise<Brought | Skipped>;
  /**
   * Sends a person to the address of `request` and reads what came back with them; nothing is fetched.
   * @param browser takes the address, and returns the query of the callback
   */
  redirect(request: RequestDirectives, flow: Flow, browser: Browser): Promise<void>;
  rules(request: RequestDirectives, context: Context): PollRules;
}

export type Browser = (url: string) => Promise<Record<string, string>>;

/** [facts/make.md §5.1] */
const MOST_REQUESTS = 100;
export const MOST_PAGES = 50;
const MOST_RECORDS = 3200;
/** Of a trigger whose limit is not set. */
export const TRIGGER_LIMIT = 1;

export function createExecution(options: ExecutionOptions): Execution {
  const { clock } = options;
  const requests: Exchange[] = [];
  const log: LogEntry[] = [];
  const calls: Call[] = [];
  const environment: Environment = {
    clock,
    onCall: (call) => calls.push(call),
    ...(options.timezone !== undefined && { timezone: options.timezone }),
    ...(options.random && { random: options.random }),
  };

  const evaluated = (value: Value, context: Context): Value => render(value, context, environment);
  const isTrue = (condition: string | boolean, context: Context): boolean =>
    holds(condition, context, environment);

  const collectionOf = (value: Value, context: Context, what: string): Collection => {
    const rendered = evaluated(value, context);
    if (isCollection(rendered)) return rendered;
    throw new AppError(`${what} is ${kindOf(rendered)}`);
  };

  const textOf = (template: string, context: Context, what: string): string => {
    const rendered = evaluated(template, context);
    if (typeof rendered === 'string') return rendered;
    throw new AppError(`${what} is ${kindOf(rendered)}`);
  };

  const addToTemp = (flow: Flow, temp: Value, context: Context): void => {
    // As a whole, before anything of it is there.
    const merged = deepMerged(flow.temp, evaluated(temp, context));
    if (isCollection(merged)) flow.temp = merged;
  };

  // --------------------------------------------------------------------------------------------- errors

  // Strict: by notes from the source, 429 is a RateLimitError and 5xx a ConnectionError without being told to; the
  // official page says RuntimeError and recommends to map them.
  function errorType(type: string | undefined, context: Context, place: string): MakeErrorType {
    if (type === undefined) return 'RuntimeError';
    const rendered = evaluated(type, context);
    const known = MAKE_ERROR_TYPES.find((each) => each === rendered);
    if (!known) throw new AppError(`${place}: there is no error type ${String(rendered)}`);
    return known;
  }

  /** As told by an `error` directive: the status' own, or the general one. */
  function toldBy(error: ErrorDirective, status: number, context: Context, place: string): MakeError {
    const told = typeof error === 'string' ? { message: error } : (error[String(status)] ?? error);
    return new MakeError(
      errorType(told.type, context, place),
      textOf(told.message, context, `${place}: the error's message`),
    );
  }

  function errorOf(
    request: RequestDirectives,
    status: number,
    context: Context,
    fallback: string,
  ): MakeError {
    const { place, response, inheritedError } = request;
    if (!response.error) return new MakeError('RuntimeError', fallback);
    const key = String(status);
    // Strict: whether the base's error for a status goes on to apply beside the request's own error is not said.
    if (typeof inheritedError === 'object' && key in inheritedError) {
      if (typeof response.error === 'string' || !(key in response.error)) {
        throw new AppError(`${place}: the error for ${key} must stand here too; the base's may apply or not`);
      }
    }
    return toldBy(response.error, status, context, place);
  }

  function checkValid(request: RequestDirectives, context: Context): void {
    const { place, response } = request;
    if (response.valid === undefined) return;
    const { condition, message, type } =
      typeof response.valid === 'object'
        ? response.valid
        : { condition: response.valid, message: undefined, type: undefined };
    if (isTrue(condition, context)) return;
    if (message === undefined) {
      throw errorOf(request, Number(context.statusCode), context, 'Response marked as invalid.');
    }
    throw new MakeError(
      errorType(type, context, place),
      textOf(message, context, `${place}: the message of valid`),
    );
  }

  // ------------------------------------------------------------------------------------------------ HTTP

  /** The address in this test of an address in the app's files. */
  function rerouted(address: URL, place: string): URL {
    const instead = options.origins?.[address.origin];
    if (instead !== undefined) return new URL(`${instead}${address.pathname}${address.search}`);
    if (['127.0.0.1', 'localhost', '[::1]'].includes(address.hostname)) return address;
    throw new AppError(`${place}: nothing stands in for ${address.origin}`);
  }

  function outgoing(request: RequestDirectives, url: string, flow: Flow, context: Context): Outgoing {
    const { place, baseUrl } = request;
    let address = textOf(url, context, `${place}, url`);
    if (address.startsWith('/')) {
      if (flow.inConnection)
        throw new AppError(`${place}: a connection inherits no baseUrl; its url is whole`);
      if (baseUrl === undefined) throw new AppError(`${place}: the base has no baseUrl`);
      address = textOf(baseUrl, context, 'base, baseUrl') + address;
    }
    return encoded(
      {
        method: textOf(request.method ?? 'GET', context, `${place}, method`),
        url: address,
        headers: collectionOf(request.headers ?? {}, context, `${place}, headers`),
        qs: collectionOf(request.qs ?? {}, context, `${place}, qs`),
        body: request.body === undefined ? undefined : evaluated(request.body, context),
      },
      textOf(request.type ?? 'json', context, `${place}, type`),
      place,
    );
  }

  /** An entry of the log for what is about to be sent. */
  function noted(request: RequestDirectives, { method, url, headers, qs, body }: Outgoing): LogEntry {
    const hidden = sanitized(
      { request: { method, url, headers, qs, body } },
      request.log?.sanitize,
      request.place,
    );
    const entry: LogEntry = { place: request.place, request: hidden.request, response: undefined };
    log.push(entry);
    return entry;
  }

  /** Sends the request and reads the answer. @returns what `response` may read beside the variables */
  async function exchanged(
    request: RequestDirectives,
    url: string,
    flow: Flow,
    context: Context,
  ): Promise<{ answer: Collection; entry: LogEntry }> {
    const { place } = request;
    const sent = outgoing(request, url, flow, context);
    const address = addressOf(sent.url, sent.qs, place);
    const target = rerouted(address, place);
    const responseType = textOf(request.response.type ?? 'automatic', context, `${place}, response.type`);
    flow.sent += 1;
    if (flow.sent > MOST_REQUESTS)
      throw new AppError(`${place}: a run sends ${MOST_REQUESTS} requests at most`);
    const { method, headers, text: body } = sent;
    const exchange: Exchange = { place, method, url: address.href, headers, body, status: undefined };
    requests.push(exchange);
    const entry = noted(request, sent);
    const refused = (error: MakeError): MakeError => {
      entry.error = error.message;
      return error;
    };

    let incoming: Incoming;
    try {
      incoming = await send(target, sent, request.timeout);
    } catch {
      throw refused(new MakeError('ConnectionError', 'The service cannot be reached.'));
    }
    const { status } = incoming;
    exchange.status = status;
    if (status >= 300 && status < 400) throw new AppError(`${place}: redirects are not played here`);
    const parsed = parsedBody(incoming, responseType, place);
    const answer = {
      statusCode: status,
      headers: incoming.headers,
      // An error's is a text where it is not the JSON it should be, since it may come from a proxy.
      body: parsed ? parsed.body : incoming.text,
    };
    entry.response = sanitized({ response: answer }, request.log?.sanitize, place).response;
    // An error by its status stays one, whatever `valid` says.
    // Strict: whether `response.temp` is evaluated for it is not said; here it is not.
    if (status >= 400) {
      throw refused(
        errorOf(request, status, { ...context, ...answer }, `The service answered with ${status}.`),
      );
    }
    if (!parsed) throw refused(new MakeError('RuntimeError', 'The answer is not JSON.'));
    return { answer, entry };
  }

  // ------------------------------------------------------------------------------------------------ pages

  /** The exchange, and then `response` in its order. @param extra what a further page may read */
  async function page(request: RequestDirectives, flow: Flow, extra: Context = {}): Promise<Page> {
    const { response, url } = request;
    const before: Context = { ...flow.variables, ...extra, temp: flow.temp };
    const { answer, entry } =
      url === undefined
        ? { answer: { body: undefined, headers: {}, statusCode: undefined }, entry: undefined }
        : await exchanged(request, url, flow, before);
    if (response.temp) addToTemp(flow, response.temp, { ...before, ...answer });
    const context: Context = { ...before, ...answer, temp: flow.temp };
    try {
      checkValid(request, context);
    } catch (error) {
      if (error instanceof MakeError && entry) entry.error = error.message;
      throw error;
    }
    const limit = limitOf(request, context);
    if (response.iterate === undefined) {
      const output = response.output === undefined ? answer.body : evaluated(response.output, context);
      return { container: undefined, outputs: [output], polled: [], limit, context };
    }
    return { ...iterated(request, context), limit, context };
  }

  function limitOf({ place, response }: RequestDirectives, context: Context): number | undefined {
    if (response.limit === undefined) return undefined;
    const limit = evaluated(response.limit, context);
    if (limit === 0) throw new MakeError('InvalidConfigurationError', 'The limit must be higher than 0.');
    // Strict: a limit that turns out to be missing, or a text, is not said to mean anything.
    if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 0) {
      throw new AppError(`${place}: response.limit is ${typeof limit === 'number' ? limit : kindOf(limit)}`);
    }
    return limit;
  }

  function iterated(
    request: RequestDirectives,
    context: Context,
  ): Pick<Page, 'container' | 'outputs' | 'polled'> {
    const { place, response } = request;
    const { iterate = '', trigger } = response;
    const { container: source, condition = true } =
      typeof iterate === 'string' ? { container: iterate } : iterate;
    const container = evaluated(source, context);
    // Strict: what is iterated where the container is missing is not said.
    if (!isArray(container)) throw new AppError(`${place}: iterate is ${kindOf(container)}, not an array`);
    const outputs: Value[] = [];
    const polled: PolledItem[] = [];
    for (const item of container) {
      const inner = { ...context, item };
      if (!isTrue(condition, inner)) continue;
      const output = response.output === undefined ? item : evaluated(response.output, inner);
      outputs.push(output);
      if (trigger) {
        const id = evaluated(trigger.id, inner);
        const date = evaluated(trigger.date, inner);
        polled.push(polledItem(rules(request, context), { id, date, output }, place));
      }
    }
    return { container, outputs, polled };
  }

  function rules({ place, response }: RequestDirectives, context: Context): PollRules {
    if (!response.trigger) throw new AppError(`${place} has no response.trigger`);
    const { type, order } = response.trigger;
    return pollRules(evaluated(type, context), evaluated(order, context), place);
  }

  /** Whether there is no need for a further page. */
  function isEnough(request: RequestDirectives, flow: Flow, brought: Brought): boolean {
    const { state } = flow;
    if (!request.response.trigger || !state) {
      return brought.limit !== undefined && brought.outputs.length >= brought.limit;
    }
    const declared = rules(request, brought.context);
    const isNewer = (item: PolledItem) => isNew(declared, state, item, request.place);
    // The order says whether a further page can hold anything new. With the newest first, what the limit leaves for
    // the next run is the newest, so it does not end the search for the oldest that is new.
    if (declared.order === 'desc') return !brought.polled.every(isNewer);
    return (
      declared.order === 'asc' && brought.polled.filter(isNewer).length >= (brought.limit ?? TRIGGER_LIMIT)
    );
  }

  /** The directives of every page after the first. */
  function furtherPage(request: RequestDirectives): RequestDirectives {
    const { pagination = {}, place, method = 'GET' } = request;
    // Strict: that the first page's body is sent again where none is given is not said.
    if (pagination.body === undefined && (pagination.method ?? method) !== 'GET') {
      throw new AppError(`${place}: pagination has no body, and a page's body is a whole one`);
    }
    return {
      ...request,
      place: `${place}, further page`,
      ...(pagination.url !== undefined && { url: pagination.url }),
      ...(pagination.method !== undefined && { method: pagination.method }),
      headers: { ...request.headers, ...pagination.headers },
      qs: { ...request.qs, ...pagination.qs },
      // Replaced, never merged.
      body: pagination.body,
    };
  }

  const withContainer = ({ container, context }: Page): Context =>
    container
      ? { ...context, iterate: { container: { first: container[0], last: container.at(-1) } } }
      : context;

  async function allPages(request: RequestDirectives, flow: Flow): Promise<Brought> {
    const first = await page(request, flow);
    const { pagination, place } = request;
    const brought: Brought = {
      outputs: first.outputs,
      iterated: first.container !== undefined,
      polled: first.polled,
      limit: first.limit,
      context: withContainer(first),
    };
    if (!pagination || request.url === undefined) return brought;
    if (!first.container) throw new AppError(`${place} has pagination and iterates nothing`);
    const next = furtherPage(request);
    let latest = first;
    const goesOn = (number: number): boolean =>
      isTrue(pagination.condition ?? true, {
        ...withContainer(latest),
        temp: flow.temp,
        pagination: { page: number },
      });
    for (let number = 1; ; number += 1) {
      if (latest.container?.length === 0 || isEnough(request, flow, brought)) return brought;
      // Asked twice: with the number of the page that came, and with that of the page to come.
      if (!goesOn(number) || !goesOn(number + 1)) return brought;
      if (number > flow.mostPages) {
        if (flow.stopsQuietly) return brought;
        throw new AppError(`${place}: more than ${flow.mostPages} further pages`);
      }
      latest = await page(next, flow, { ...withContainer(latest), pagination: { page: number + 1 } });
      brought.outputs = [...brought.outputs, ...latest.outputs];
      brought.polled = [...brought.polled, ...latest.polled];
      brought.context = withContainer(latest);
      if (brought.outputs.length > MOST_RECORDS)
        throw new AppError(`${place}: more than ${MOST_RECORDS} records`);
    }
  }

  // -------------------------------------------------------------------------------------------- execution

  async function execute(request: RequestDirectives, flow: Flow): Promise<Brought | Skipped> {
    const { condition = true, repeat } = request;
    return inPlace(request.place, async () => {
      for (let time = 1; ; time += 1) {
        if (request.temp) addToTemp(flow, request.temp, { ...flow.variables, temp: flow.temp });
        const told = typeof condition === 'object' ? condition : { condition, default: undefined };
        const context = { ...flow.variables, temp: flow.temp };
        if (!isTrue(told.condition, context)) {
          return {
            skipped: true,
            hasDefault: told.default !== undefined,
            result: evaluated(told.default, context),
          };
        }
        const brought = await allPages(request, flow);
        if (!repeat || time >= repeat.limit) return brought;
        if (!isTrue(repeat.condition, { ...brought.context, temp: flow.temp })) return brought;
        await clock.sleep(repeat.delay);
      }
    });
  }

  async function executeAll(all: readonly RequestDirectives[], flow: Flow): Promise<Brought | Skipped> {
    const last = all.at(-1);
    if (!last) throw new AppError('there is no request');
    for (const request of all.slice(0, -1)) {
      if (request.pagination || request.response.trigger) {
        throw new AppError(`${request.place}: only the last request can have pages or be the trigger's`);
      }
      await execute(request, flow);
    }
    return execute(last, flow);
  }

  async function redirect(request: RequestDirectives, flow: Flow, browser: Browser): Promise<void> {
    const { place, url, response } = request;
    if (url === undefined) throw new AppError(`${place} has no url`);
    return inPlace(place, async () => {
      if (request.temp) addToTemp(flow, request.temp, { ...flow.variables, temp: flow.temp });
      const sent = outgoing(request, url, flow, { ...flow.variables, temp: flow.temp });
      noted(request, sent);
      const query = await browser(rerouted(addressOf(sent.url, sent.qs, place), place).href);
      if (sent.qs.state !== undefined && query.state !== sent.qs.state) {
        throw new AppError(`${place}: the browser came back with another state`);
      }
      if (response.temp) addToTemp(flow, response.temp, { ...flow.variables, temp: flow.temp, query });
    });
  }

  return { requests, log, calls, render: evaluated, execute, executeAll, redirect, rules };
}

/** Runs `make`, and adds to the message of an error in IML where the template stands. */
async function inPlace<T>(place: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof ImlError) error.message = `${place}: ${error.message}`;
    throw error;
  }
}
