/**
 * Plays Make's part for one app: its modules, its polling triggers with their panel, its RPCs and its connections,
 * over real HTTP. [facts/make.md §1.5 to §1.7]
 *
 * Like the evaluator it is stricter than Make: what the documentation does not allow, contradicts, or marks as not
 * confirmed is an `AppError`, and each such choice has a comment that begins with "Strict:". What a user of the app
 * would see as an error is a `MakeError`.
 */

import type { Component, MakeApp } from './app.ts';
import {
  connectionRequestOf,
  type Phase,
  phasesOf,
  type RequestDirectives,
  requestsOf,
  withEpoch,
} from './directives.ts';
import { AppError } from './errors.ts';
import {
  type Brought,
  type Browser,
  createExecution,
  type Exchange,
  type ExecutionOptions,
  type Flow,
  type LogEntry,
  MOST_PAGES,
  type Skipped,
  TRIGGER_LIMIT,
} from './execution.ts';
import type { Call } from './iml.ts';
import { checkParameters, hasMappableParameters } from './parameters.ts';
import { checkOrder, handedOut, type PollState } from './polling.ts';
import { type Collection, isArray, isCollection, kindOf, type Value, withoutUndefined } from './value.ts';

export interface RunnerOptions extends ExecutionOptions {
  app: MakeApp;
  /** The app's secrets, over those of its files. */
  common?: Collection;
  /** Connection → its own secrets. They are not the app's. */
  connectionCommon?: Readonly<Record<string, Collection>>;
}

/** What Make keeps of a connection. A refresh changes it. */
export interface Connection {
  name: string;
  /** What the user typed. */
  parameters: Collection;
  /** `response.data` of its phases. */
  data: Collection;
  uid: Value;
  metadata: Value;
  /** When the user is asked to authorise anew (`response.expires`). */
  reauthorizeAt: Date | undefined;
}

export interface EpochItem {
  label: string;
  date: Date;
}

/** What the user gave a component. */
export interface Filled {
  connection?: Connection;
  parameters?: Collection;
}

export interface Runner {
  /** Everything that was sent, logged and called since the runner was made. */
  requests: Exchange[];
  log: LogEntry[];
  calls: Call[];
  /**
   * Creates a connection.
   * @param browser for OAuth: takes the address a person is sent to, and returns the query of the callback
   * @throws MakeError, AppError, ImlError; as everything below
   */
  connect(name: string, parameters: Collection, browser?: Browser): Promise<Connection>;
  /** Runs `refresh` where its condition holds, as every run does by itself. @returns whether it ran */
  refresh(connection: Connection): Promise<boolean>;
  /** Runs an action, a universal module or a search. @returns its bundles */
  run(module: string, filled?: Filled): Promise<Collection[]>;
  /** One run of a polling trigger. @returns its bundles, oldest first, and what it remembers */
  poll(
    module: string,
    filled: Filled & { state: PollState },
  ): Promise<{ bundles: Collection[]; state: PollState }>;
  /** The items of the panel "Choose where to start". */
  epoch(module: string, filled?: Filled): Promise<EpochItem[]>;
  /** @returns what an RPC hands to the form */
  rpc(name: string, filled?: Filled): Promise<Value[]>;
}

/** Of the panel: about three calls, and 300 records. [facts/make.md §5.1] */
const EPOCH_PAGES = 2;
const EPOCH_RECORDS = 300;

const CALLBACK = 'https://www.make.com/oauth/cb/app';

export function openRunner(options: RunnerOptions): Runner {
  const { app } = options;
  const execution = createExecution(options);

  function componentOf(components: ReadonlyMap<string, Component>, kind: string, name: string): Component {
    const component = components.get(name);
    if (!component) throw new AppError(`there is no ${kind} ${name}`);
    return component;
  }

  /** What a run begins with. The connection is refreshed first, where that is due. */
  async function flowOf(component: Component, { connection, parameters = {} }: Filled): Promise<Flow> {
    const wanted = component.meta.connection ?? undefined;
    if (connection?.name !== wanted) {
      throw new AppError(`${component.type} ${component.name} runs with the connection ${wanted ?? 'none'}`);
    }
    checkParameters(component, parameters);
    if (connection) await refresh(connection);
    return {
      variables: {
        parameters,
        connection: connection ? connectionVariable(connection) : {},
        common: { ...app.common, ...options.common },
        data: {},
        executionId: 'execution-1',
        environment: options.timezone === undefined ? {} : { timezone: options.timezone },
        metadata: { expect: component.code.mappableParams, interface: component.code.interface },
      },
      temp: {},
      inConnection: false,
      sent: 0,
      mostPages: MOST_PAGES,
      stopsQuietly: false,
    };
  }

  const wrapped = ({ response }: RequestDirectives, brought: Brought, flow: Flow, output: Value): Value =>
    response.wrapper === undefined
      ? output
      : execution.render(response.wrapper, { ...brought.context, temp: flow.temp, output });

  // ------------------------------------------------------------------------------------- actions, searches

  async function run(name: string, filled: Filled = {}): Promise<Collection[]> {
    const component = componentOf(app.modules, 'module', name);
    const place = `module ${name}`;
    const { moduleType } = component.meta;
    if (moduleType !== 'action' && moduleType !== 'search' && moduleType !== 'universal') {
      throw new AppError(`${place} is a ${moduleType}, which is not run`);
    }
    const isSearch = moduleType === 'search';
    const all = requestsOf(component.code.communication, app.base, place);
    for (const { url, response, place: where } of all) {
      if (moduleType === 'universal' && url !== undefined && !url.startsWith('/')) {
        throw new AppError(
          `${where}: the url of a universal module is relative, or it sends the token anywhere`,
        );
      }
      if (response.trigger) throw new AppError(`${where}: only a trigger has response.trigger`);
      if (response.limit !== undefined && !isSearch) throw new AppError(`${where}: an action has no limit`);
    }
    const flow = await flowOf(component, filled);
    const result = await execution.executeAll(all, flow);
    if ('skipped' in result) {
      const value = defaultOf(result, place);
      return (isSearch && isArray(value) ? value : [value]).map((each) => bundle(each, place));
    }
    const [last] = all.slice(-1);
    if (!last) return [];
    const value = wrapped(last, result, flow, result.iterated ? result.outputs : result.outputs[0]);
    if (!isSearch || !result.iterated) return [bundle(value, place)];
    if (!isArray(value)) throw new AppError(`${place}: the wrapper of a search gives back a list`);
    return value.slice(0, result.limit).map((each) => bundle(each, place));
  }

  async function rpc(name: string, filled: Filled = {}): Promise<Value[]> {
    const component = componentOf(app.rpcs, 'rpc', name);
    const all = requestsOf(component.code.communication, app.base, `rpc ${name}`);
    const flow = await flowOf(component, filled);
    const result = await execution.executeAll(all, flow);
    if ('skipped' in result) throw new AppError(`rpc ${name}: its last request was skipped`);
    const [last] = all.slice(-1);
    const value = last && wrapped(last, result, flow, result.outputs);
    if (!isArray(value)) throw new AppError(`rpc ${name}: the wrapper gives back a list`);
    return value.slice(0, result.limit).map(withoutUndefined);
  }

  // ----------------------------------------------------------------------------------------------- triggers

  interface Trigger {
    all: RequestDirectives[];
    /** The request whose items the trigger hands out. */
    last: RequestDirectives;
  }

  function triggerOf(component: Component, communication: Value): Trigger {
    const place = `module ${component.name}`;
    if (component.meta.moduleType !== 'trigger') throw new AppError(`${place} is no trigger`);
    if (hasMappableParameters(component))
      throw new AppError(`${place}: a trigger has static parameters only`);
    const all = requestsOf(communication, app.base, place);
    for (const request of all) {
      // The official page on requests: "The trigger does not support request-less/static mode."
      if (request.url === undefined) throw new AppError(`${request.place}: a trigger's request has a url`);
      // Strict: that a trigger has one is not said.
      if (request.response.wrapper !== undefined)
        throw new AppError(`${request.place}: a trigger has no wrapper`);
    }
    const last = all.at(-1);
    if (!last?.response.trigger) throw new AppError(`${place}: its last request has no response.trigger`);
    if (last.response.iterate === undefined) throw new AppError(`${last.place}: a trigger iterates`);
    return { all, last };
  }

  async function polledBy({ all, last }: Trigger, flow: Flow): Promise<Brought> {
    const result = await execution.executeAll(all, flow);
    // Strict: that a trigger may skip its request is not confirmed. [facts/make.md §5.1]
    if ('skipped' in result) throw new AppError(`${last.place}: a trigger cannot skip its request`);
    checkOrder(execution.rules(last, result.context), result.polled, last.place);
    return result;
  }

  async function poll(
    name: string,
    { state, ...filled }: Filled & { state: PollState },
  ): Promise<{ bundles: Collection[]; state: PollState }> {
    const component = componentOf(app.modules, 'module', name);
    const trigger = triggerOf(component, component.code.communication);
    const flow = await flowOf(component, filled);
    flow.variables = { ...flow.variables, data: { ...state } };
    flow.state = state;
    const brought = await polledBy(trigger, flow);
    const { place } = trigger.last;
    const rules = execution.rules(trigger.last, brought.context);
    const next = handedOut(rules, state, brought.polled, brought.limit ?? TRIGGER_LIMIT, place);
    return { bundles: next.outputs.map((each) => bundle(each, place)), state: next.state };
  }

  async function epoch(name: string, filled: Filled = {}): Promise<EpochItem[]> {
    const component = componentOf(app.modules, 'module', name);
    const place = `epoch of ${name}`;
    const communication = withEpoch(component.code.communication, component.code.epoch, place);
    const trigger = triggerOf(component, communication);
    const { limit, output } = trigger.last.response;
    if (typeof limit !== 'number') throw new AppError(`${place}: its limit is a number`);
    if (!isCollection(output) || Object.keys(output).sort().join() !== 'date,label') {
      throw new AppError(`${place}: its output has a label and a date and nothing else`);
    }
    const flow = await flowOf(component, filled);
    flow.mostPages = EPOCH_PAGES;
    flow.stopsQuietly = true;
    const { outputs } = await polledBy(trigger, flow);
    return outputs.slice(0, Math.min(limit, EPOCH_RECORDS)).map((item) => {
      const { label, date } = isCollection(item) ? item : {};
      if (typeof label !== 'string' || label === '')
        throw new AppError(`${place}: a label is ${kindOf(label)}`);
      if (!(date instanceof Date)) throw new AppError(`${place}: a date is ${kindOf(date)}`);
      return { label, date };
    });
  }

  // -------------------------------------------------------------------------------------------- connections

  function connectionFlow({ name, code }: Component, connection: Connection): Flow {
    const own = isCollection(code.common) ? code.common : {};
    return {
      variables: {
        parameters: connection.parameters,
        connection: connectionVariable(connection),
        // Not the app's: each has secrets of its own.
        common: { ...own, ...options.connectionCommon?.[name] },
        data: connection.data,
        oauth: {
          localRedirectUri: CALLBACK,
          makeRedirectUri: CALLBACK,
          redirectUri: CALLBACK,
          scope: code.defaultScope,
          state: 'state-1',
        },
      },
      temp: {},
      inConnection: true,
      sent: 0,
      mostPages: 0,
      stopsQuietly: false,
    };
  }

  /** Runs a phase and keeps what it says of the connection. @returns false where its condition did not hold */
  async function phase(request: RequestDirectives, flow: Flow, connection: Connection): Promise<boolean> {
    const result = await execution.execute(request, flow);
    if ('skipped' in result) return false;
    const { place, response } = request;
    const context = { ...result.context, temp: flow.temp };
    const data = withoutUndefined(execution.render(response.data ?? {}, context));
    if (isCollection(data)) connection.data = { ...connection.data, ...data };
    const { expires } = connection.data;
    if (expires !== undefined && !(expires instanceof Date)) {
      throw new AppError(`${place}: response.data.expires is ${kindOf(expires)}, not a date`);
    }
    if (response.expires !== undefined) {
      const until = execution.render(response.expires, context);
      if (!(until instanceof Date))
        throw new AppError(`${place}: response.expires is ${kindOf(until)}, not a date`);
      connection.reauthorizeAt = until;
    }
    if (response.uid !== undefined) connection.uid = execution.render(response.uid, context);
    if (response.metadata) connection.metadata = execution.render({ ...response.metadata }, context);
    return true;
  }

  const phasesIn = (component: Component): Partial<Record<Phase, RequestDirectives>> =>
    phasesOf(component.code.communication, `connection ${component.name}`);

  async function connect(name: string, parameters: Collection, browser?: Browser): Promise<Connection> {
    const component = componentOf(app.connections, 'connection', name);
    checkParameters(component, parameters);
    const connection: Connection = {
      name,
      parameters,
      data: {},
      uid: undefined,
      metadata: undefined,
      reauthorizeAt: undefined,
    };
    const flow = connectionFlow(component, connection);
    if (component.meta.connectionType !== 'oauth') {
      await phase(connectionRequestOf(component.code.communication, `connection ${name}`), flow, connection);
      return connection;
    }
    const { authorize, token, info } = phasesIn(component);
    if (authorize) {
      if (!browser) throw new AppError(`connection ${name} needs a browser`);
      await execution.redirect(authorize, flow, browser);
    }
    if (token) await phase(token, flow, connection);
    if (info) {
      // Strict: that `info` may go without a request is not confirmed. [facts/make.md §1.5]
      if (info.url === undefined) {
        throw new AppError(`${info.place} has no url; uid and metadata can stand in token`);
      }
      // Strict: that it can read the temp of the phases before it is not said.
      await phase(info, connectionFlow(component, connection), connection);
    }
    return connection;
  }

  async function refresh(connection: Connection): Promise<boolean> {
    const component = componentOf(app.connections, 'connection', connection.name);
    if (component.meta.connectionType !== 'oauth') return false;
    const { refresh: request } = phasesIn(component);
    if (!request) return false;
    // Strict: when it runs without one is not said.
    if (request.condition === undefined) throw new AppError(`${request.place} has no condition`);
    return phase(request, connectionFlow(component, connection), connection);
  }

  const { requests, log, calls } = execution;
  return { requests, log, calls, connect, refresh, run, poll, epoch, rpc };
}

/** `connection.*` holds what the user typed beside what the phases kept. */
const connectionVariable = ({ parameters, data }: Connection): Collection => ({ ...parameters, ...data });

function bundle(value: Value, place: string): Collection {
  const plain = withoutUndefined(value);
  if (isCollection(plain)) return plain;
  throw new AppError(`${place} hands out ${kindOf(value)}, not a bundle`);
}

/**
 * Strict: notes from the source say that the result of a skipped request is false; in the example of the official page
 * on request-less communication the one that was not skipped counts.
 */
function defaultOf({ hasDefault, result }: Skipped, place: string): Value {
  if (hasDefault) return result;
  throw new AppError(`${place}: its last request was skipped, and its condition has no default`);
}
