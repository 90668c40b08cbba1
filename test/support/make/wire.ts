/**
 * From evaluated directives to HTTP and back: how a body is encoded, how an answer is read, and what of it the log may
 * show. [facts/make.md §1.7, §5.3]
 */

import { ArgumentProblem, jsonOf } from './builtins.ts';
import { AppError } from './errors.ts';
import { type Collection, isArray, isCollection, isMissing, kindOf, ownValue, type Value } from './value.ts';

/** A request with everything in it evaluated. */
export interface Outgoing {
  method: string;
  /** Without the query that `qs` adds. */
  url: string;
  qs: Collection;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Value;
  /** The body as it goes over the wire. */
  text: string | undefined;
}

export interface Incoming {
  status: number;
  headers: Record<string, string>;
  text: string;
}

const CONTENT_TYPES: Record<string, string> = {
  json: 'application/json',
  urlencoded: 'application/x-www-form-urlencoded',
  text: 'text/plain',
  string: 'text/plain',
  raw: 'text/plain',
};

export function encoded(
  {
    method,
    url,
    headers,
    qs,
    body,
  }: { method: string; url: string; headers: Collection; qs: Collection; body: Value },
  type: string,
  place: string,
): Outgoing {
  if (!['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) {
    throw new AppError(`${place}: there is no method ${method}`);
  }
  const sent: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    sent[name.toLowerCase()] = single(value, `${place}, header ${name}`);
  if (body === undefined) return { method, url, qs, headers: sent, body, text: undefined };
  if (method === 'GET') throw new AppError(`${place}: a GET has no body`);
  const contentType = CONTENT_TYPES[type];
  if (!contentType) throw new AppError(`${place}: the type ${type} is not played here`);
  sent['content-type'] ??= contentType;
  return { method, url, qs, headers: sent, body, text: encodedBody(body, type, place) };
}

function encodedBody(body: Value, type: string, place: string): string {
  if (type === 'json') {
    if (!isArray(body) && !isCollection(body)) throw new AppError(`${place}: a JSON body is ${kindOf(body)}`);
    try {
      return jsonOf(body);
    } catch (error) {
      throw error instanceof ArgumentProblem ? new AppError(`${place}: the body ${error.message}`) : error;
    }
  }
  if (type === 'urlencoded') {
    if (!isCollection(body)) throw new AppError(`${place}: a form is ${kindOf(body)}`);
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(body)) {
      // A form drops null as well as undefined; JSON drops undefined only.
      if (!isMissing(value)) form.append(name, single(value, `${place}, body ${name}`));
    }
    return form.toString();
  }
  if (typeof body !== 'string') throw new AppError(`${place}: a text body is ${kindOf(body)}`);
  return body;
}

// Strict: what becomes of a header or a query parameter that is missing is not said.
function single(value: Value, place: string): string {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw new AppError(`${place} is ${kindOf(value)}`);
}

/** The address with `qs` added; an array becomes a parameter for each of its items. */
export function addressOf(url: string, qs: Collection, place: string): URL {
  let address: URL;
  try {
    address = new URL(url);
  } catch {
    throw new AppError(`${place}: ${url} is no address`);
  }
  if (!['http:', 'https:'].includes(address.protocol)) throw new AppError(`${place}: ${url} is no address`);
  for (const [name, value] of Object.entries(qs)) {
    for (const each of isArray(value) ? value : [value]) {
      address.searchParams.append(name, single(each, `${place}, qs ${name}`));
    }
  }
  return address;
}

/** Sends for real, over HTTP. @throws what fetch throws */
export async function send(
  address: URL,
  { method, headers, text }: Outgoing,
  timeout: number,
): Promise<Incoming> {
  const answer = await fetch(address, {
    method,
    headers,
    body: text,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeout),
  });
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    text: await answer.text(),
  };
}

/** The body of an answer, or undefined where it should be JSON and is not. */
export function parsedBody(
  { headers, text }: Incoming,
  type: string,
  place: string,
): { body: Value } | undefined {
  if (type === 'json' || (type === 'automatic' && /[/+]json\b/.test(headers['content-type'] ?? ''))) {
    try {
      const body: Value = JSON.parse(text);
      return { body };
    } catch {
      return undefined;
    }
  }
  if (['automatic', 'text', 'string', 'raw'].includes(type)) return { body: text };
  throw new AppError(`${place}: the response type ${type} is not played here`);
}

export const SANITIZED = '[sanitized]';

/** A step of a path of `log.sanitize`: `.name`, .`odd name` or [n]. */
const STEP = /\.?(?:([A-Za-z0-9_-]+)|`([^`]+)`)|\[(\d+)\]/y;

/**
 * `entry` ({request, response}) with what the paths lead to hidden. A path that leads nowhere hides nothing, and a
 * name must be written as it is; headers are in lower case.
 */
export function sanitized(
  entry: Collection,
  paths: readonly string[] | undefined,
  place: string,
): Collection {
  let hidden: Value = entry;
  for (const path of paths ?? []) {
    if (!/^(request|response)[.[]/.test(path)) {
      throw new AppError(`${place}: ${path} must begin with request. or response.`);
    }
    const steps: (string | number)[] = [];
    STEP.lastIndex = 0;
    while (STEP.lastIndex < path.length) {
      const step = STEP.exec(path);
      if (!step) throw new AppError(`${place}: ${path} is no path`);
      steps.push(step[3] === undefined ? (step[1] ?? step[2] ?? '') : Number(step[3]));
    }
    hidden = hiddenAt(hidden, steps);
  }
  return isCollection(hidden) ? hidden : entry;
}

function hiddenAt(value: Value, [step, ...rest]: (string | number)[]): Value {
  if (step === undefined) return SANITIZED;
  if (typeof step === 'number') {
    return isArray(value) && step <= value.length
      ? value.with(step - 1, hiddenAt(value[step - 1], rest))
      : value;
  }
  if (!isCollection(value) || ownValue(value, step) === undefined) return value;
  return { ...value, [step]: hiddenAt(value[step], rest) };
}
