/**
 * The directives of a request, as they stand in an app's files, and what a module's request inherits from the base.
 * [facts/make.md §1.4, §1.5] Known are those that the runner plays; any other is an error that names it.
 */

import * as z from 'zod';
import { AppError } from './errors.ts';
import { type Collection, isArray, isCollection, type Value } from './value.ts';

const anything = z.custom<Value>();
const collection = z.record(z.string(), anything);
const shortTemplate = z.string().min(1).max(512);
const condition = z.union([z.boolean(), z.string()]);

/** A single level, as Make calls it: no value is a collection. */
const flat = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
);

const sanitize = z.strictObject({ sanitize: z.array(z.string()).optional() });

const problem = z.strictObject({ message: z.string().max(1024), type: z.string().optional() });

const errorSchema = z.union([
  z.string().max(1024),
  z
    .object({ message: z.string().max(1024), type: z.string().optional() })
    .catchall(problem)
    .refine((error) =>
      Object.keys(error).every((key) => key === 'message' || key === 'type' || /^\d{3}$/.test(key)),
    ),
]);

const validSchema = z.union([
  condition,
  z.strictObject({
    condition: z.string(),
    message: z.string().optional(),
    type: z.string().optional(),
  }),
]);

const responseSchema = z.strictObject({
  type: z.string().optional(),
  valid: validSchema.optional(),
  error: errorSchema.optional(),
  limit: z.union([z.number(), z.string()]).optional(),
  iterate: z
    .union([shortTemplate, z.strictObject({ container: shortTemplate, condition: condition.optional() })])
    .optional(),
  temp: collection.optional(),
  output: anything.optional(),
  wrapper: anything.optional(),
  trigger: z
    .strictObject({ type: z.string(), order: z.string(), id: shortTemplate, date: shortTemplate.optional() })
    .optional(),
  data: collection.optional(),
  metadata: z.strictObject({ type: z.string(), value: shortTemplate }).optional(),
  uid: z.string().optional(),
  expires: shortTemplate.optional(),
});

const requestSchema = z.strictObject({
  url: shortTemplate.optional(),
  method: z.string().optional(),
  headers: flat.optional(),
  qs: flat.optional(),
  body: anything.optional(),
  type: z.string().optional(),
  temp: collection.optional(),
  condition: z.union([condition, z.strictObject({ condition, default: anything.optional() })]).optional(),
  repeat: z
    .strictObject({ condition: z.string(), delay: z.number().min(0), limit: z.int().min(1).max(1000) })
    .optional(),
  log: sanitize.optional(),
  response: responseSchema.optional(),
  pagination: z
    .strictObject({
      condition: condition.optional(),
      url: shortTemplate.optional(),
      method: z.string().optional(),
      headers: flat.optional(),
      qs: flat.optional(),
      body: anything.optional(),
    })
    .optional(),
});

const baseSchema = z.strictObject({
  baseUrl: shortTemplate.optional(),
  headers: flat.optional(),
  qs: flat.optional(),
  type: z.string().optional(),
  timeout: z.int().min(1).max(300_000).optional(),
  log: sanitize.optional(),
  response: responseSchema.pick({ type: true, valid: true, error: true }).optional(),
});

const PHASES = ['authorize', 'token', 'info', 'refresh', 'invalidate'] as const;
export type Phase = (typeof PHASES)[number];
const phasesSchema = z.partialRecord(z.enum(PHASES), anything);

export type ErrorDirective = z.infer<typeof errorSchema>;
export type Response = z.infer<typeof responseSchema>;

/** One request with what it inherits. */
export interface RequestDirectives extends z.infer<typeof requestSchema> {
  /** Where it stands: "module getOrder, request 2". */
  place: string;
  baseUrl?: string;
  /** Milliseconds. */
  timeout: number;
  response: Response;
  /** The base's own, where the request has another. */
  inheritedError?: ErrorDirective;
}

/** The time-out of one call where the base names none. [facts/make.md §5.1] */
const DEFAULT_TIMEOUT = 40_000;

function checked<T>(schema: z.ZodType<T>, value: Value, place: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'unknown shape' };
  throw new AppError(`${place}${path.length > 0 ? `, ${path.join('.')}` : ''}: ${message}`);
}

/** The requests of a module or RPC, each with what the base hands down. */
export function requestsOf(communication: Value, base: Collection, place: string): RequestDirectives[] {
  const list = isArray(communication) ? communication : [communication];
  if (list.length === 0) throw new AppError(`${place} has no request`);
  const handedDown = checked(baseSchema, base, 'base');
  return list.map((each, index) => {
    const where = isArray(communication) ? `${place}, request ${index + 1}` : place;
    const own = checked(requestSchema, each, where);
    const request: RequestDirectives = {
      ...own,
      place: where,
      type: own.type ?? handedDown.type,
      // Their case is made one when they are sent, and then the later wins.
      headers: { ...handedDown.headers, ...own.headers },
      qs: { ...handedDown.qs, ...own.qs },
      // Strict: whether the two lists are joined is not said; where they are not, the request's own alone counts.
      log: own.log?.sanitize ? own.log : handedDown.log,
      timeout: handedDown.timeout ?? DEFAULT_TIMEOUT,
      response: { ...handedDown.response, ...own.response },
    };
    if (handedDown.baseUrl !== undefined) request.baseUrl = handedDown.baseUrl;
    if (own.response?.error && handedDown.response?.error) request.inheritedError = handedDown.response.error;
    return request;
  });
}

const NOT_IN_CONNECTIONS = ['iterate', 'output', 'limit', 'wrapper', 'trigger'] as const;

function connectionRequest(value: Value, place: string): RequestDirectives {
  const own = checked(requestSchema, value, place);
  if (own.pagination) throw new AppError(`${place} has pagination, which a connection cannot have`);
  const forbidden = NOT_IN_CONNECTIONS.find((name) => own.response?.[name] !== undefined);
  if (forbidden) throw new AppError(`${place} has response.${forbidden}, which a connection cannot have`);
  return { ...own, place, timeout: DEFAULT_TIMEOUT, response: own.response ?? {} };
}

/** The phases of an OAuth connection. Connections inherit nothing from the base. */
export function phasesOf(communication: Value, place: string): Partial<Record<Phase, RequestDirectives>> {
  const phases = checked(phasesSchema, communication, place);
  return Object.fromEntries(
    PHASES.filter((phase) => phases[phase] !== undefined).map((phase) => [
      phase,
      connectionRequest(phases[phase], `${place}, ${phase}`),
    ]),
  );
}

/** The one request of a connection with a key. */
export const connectionRequestOf = connectionRequest;

/**
 * The overrides of an epoch merged onto the trigger's communication.
 *
 * Strict: how they are merged where the communication is an array is not confirmed. [facts/make.md §7.5] Taken is the
 * last request, whose items the trigger hands out, with the requests before it left in place, because a budget that is
 * asked for a poll must be asked for the panel too.
 */
export function withEpoch(communication: Value, epoch: Value, place: string): Value {
  if (!isCollection(epoch)) throw new AppError(`${place} has no epoch`);
  if (!isArray(communication)) return merged(communication, epoch);
  return communication.map((each, index) =>
    index === communication.length - 1 ? merged(each, epoch) : each,
  );
}

/** Epochs replace `response.output`; everything else is merged. */
const overridden = (value: Value): Value =>
  isCollection(value) && isCollection(value.response)
    ? { ...value, response: { ...value.response, output: undefined } }
    : value;

const merged = (value: Value, epoch: Collection): Value => deepMerged(overridden(value), epoch);

/**
 * `over` merged onto `under` as `temp` is: collections name by name, arrays index by index, undefined skipped and null
 * kept. [facts/make.md §1.7]
 */
export function deepMerged(under: Value, over: Value): Value {
  if (over === undefined) return under;
  if (isArray(over)) {
    const old = isArray(under) ? under : [];
    return Array.from({ length: Math.max(old.length, over.length) }, (_, index) =>
      deepMerged(old[index], over[index]),
    );
  }
  if (!isCollection(over)) return over;
  const entries: Record<string, Value> = isCollection(under) ? { ...under } : {};
  for (const [name, value] of Object.entries(over)) {
    entries[name] = deepMerged(entries[name], value);
  }
  return entries;
}
