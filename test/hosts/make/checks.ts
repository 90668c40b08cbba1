/** What Make's schemas do not see of the app: each check says what is wrong, where. */

import { CLAIM_SCRIPT, PAUSE_SCRIPT } from '../../../lib/budget/claim-script.ts';
import { BLUEPRINTS } from '../../../lib/hosts/make/blueprints/index.ts';
import { type Component, type MakeApp, templatesOf } from '../../support/make/app.ts';
import { check, ImlError } from '../../support/make/iml.ts';
import { type Collection, isArray, isCollection, type Value } from '../../support/make/value.ts';

type Check = (app: MakeApp) => string[];

interface Placed {
  place: string;
  request: Collection;
  /** The one before it. */
  before: Collection | undefined;
}

const collection = (value: Value): Collection => (isCollection(value) ? value : {});
const list = (value: Value): readonly Value[] => (isArray(value) ? value : []);
const texts = (value: Value): string[] => list(value).map(String);

const requestsOf = ({ name, code }: Component): Placed[] =>
  list(code.communication).map((each, index, all) => ({
    place: `${name}, request ${index + 1}`,
    request: collection(each),
    before: index === 0 ? undefined : collection(all[index - 1]),
  }));
const allRequests = (app: MakeApp): Placed[] => [...app.modules.values()].flatMap(requestsOf);
const phases = (app: MakeApp): Placed[] =>
  [...app.connections.values()].flatMap(({ name, code }) =>
    Object.entries(collection(code.communication)).map(([phase, request]) => ({
      place: `${name}, ${phase}`,
      request: collection(request),
      before: undefined,
    })),
  );
const isSync = ({ request }: Placed): boolean => request.url === '/sync';
/** The condition of a request, beside that the claim before it had its turn. */
const IN_TURN = "(toString(ifempty(temp.slot, '')) != '-3')";
const isClaim = (request: Collection | undefined): boolean => list(request?.body)[1] === CLAIM_SCRIPT;
const hidden = (request: Collection): string[] => texts(collection(request.log).sanitize);
const templates = (value: Value): string[] => {
  if (typeof value === 'string') return [value];
  if (isArray(value)) return value.flatMap(templates);
  return isCollection(value) ? Object.values(value).flatMap(templates) : [];
};

/** The pieces of the text that is signed. */
function signed(sign: string): string[] {
  const [, base = ''] = /^\{\{upper\(sha256\((.*), 'hex', .*\)\)\}\}$/.exec(sign) ?? [];
  return base.split(' + ');
}

export const checks: Record<string, Check> = {
  'every file of the folder is in the manifest, but for the scenarios beside the app': ({ orphans }) =>
    orphans.filter((file) => !file.startsWith(`${BLUEPRINTS}/`)),

  'every expression parses and calls only known functions': (app) =>
    templatesOf(app).flatMap(({ place, template }) => {
      try {
        check(template);
        return [];
      } catch (error) {
        if (error instanceof ImlError) return [`${place}: ${error.problem}`];
        throw error;
      }
    }),

  'no text inside an expression has double braces, which Make may take for its own': (app) =>
    templatesOf(app).flatMap(({ place, template }) =>
      [...template.matchAll(/\{\{(.*?)\}\}(?=[^}]|$)/gs)].some(([, inner = '']) => /\{\{|\}\}/.test(inner))
        ? [place]
        : [],
    ),

  'every rpc:// leads somewhere': (app) =>
    [...app.modules.values(), ...app.connections.values()].flatMap(({ name, code }) =>
      templates(Object.values(code)).flatMap((text) => {
        const [, rpc] = /^rpc:\/\/(\w+)/.exec(text) ?? [];
        return rpc === undefined || app.rpcs.has(rpc) ? [] : [`${name}: ${text}`];
      }),
    ),

  'what a sample shows is in the interface': (app) =>
    [...app.modules.values()].flatMap(({ name, code }) => {
      const known = list(code.interface).map((each) => collection(each).name);
      return Object.keys(collection(code.samples))
        .filter((key) => !known.includes(key))
        .map((key) => `${name}: ${key}`);
    }),

  'the groups name each module once': ({ groups, modules }) => {
    const named = list(groups).flatMap((group) => texts(collection(group).modules));
    return [
      ...[...modules.keys()].filter((name) => named.filter((each) => each === name).length !== 1),
      ...named.filter((name) => !modules.has(name)),
    ];
  },

  'every call of AliExpress is paid for right before it': (app) =>
    allRequests(app)
      .filter(isSync)
      .filter(({ request, before }) => {
        const [, own] = /^\{\{(.*?)(?: & \(.*\))?\}\}$/s.exec(String(request.condition)) ?? [];
        const isConditional = request.condition !== `{{${IN_TURN}}}`;
        return !isClaim(before) || own !== IN_TURN || isConditional !== (before?.condition !== undefined);
      })
      .map(({ place }) => place),

  'what AliExpress says of limits is written down right after each call': (app) =>
    [...app.modules.values()].flatMap((module) => {
      const all = requestsOf(module);
      return all
        .filter((each, index) => isSync(each) && list(all[index + 1]?.request.body)[1] !== PAUSE_SCRIPT)
        .map(({ place }) => place);
    }),

  'a claim stands only before what it pays for': (app) =>
    [...app.modules.values()].flatMap((module) => {
      const all = requestsOf(module);
      return all
        .filter(({ request }, index) => isClaim(request) && all[index + 1]?.request.url !== '/sync')
        .map(({ place }) => place);
    }),

  'what is signed is sorted, and is exactly what is sent': (app) =>
    [...allRequests(app).filter(isSync), ...phases(app).filter(({ request }) => request.body)].flatMap(
      ({ place, request }) => {
        const { sign, ...sent } = collection(request.body);
        const pieces = signed(String(sign));
        const path = pieces.length % 2 === 1 ? pieces.shift() : undefined;
        const keys = pieces.filter((_, index) => index % 2 === 0).map((key) => key.slice(1, -1));
        const values = pieces.filter((_, index) => index % 2 === 1);
        const same = keys.every((key, index) => {
          const value = String(values[index]);
          const written = String(sent[key]);
          return written === `{{${value}}}` || value === `'${written}'`;
        });
        const isSorted = [...keys].sort().join() === keys.join();
        const isWhole = [...Object.keys(sent)].sort().join() === [...keys].sort().join();
        const isPath = (path !== undefined) === !isSync({ place, request, before: undefined });
        return isSorted && isWhole && same && isPath ? [] : [place];
      },
    ),

  'the time of a signature is taken once': (app) =>
    [...allRequests(app).filter(isSync), ...phases(app).filter(({ request }) => request.body)]
      .filter(({ request }) => templates(request.body).some((template) => check(template).now > 0))
      .map(({ place }) => place),

  'no secret is in a log': (app) => [
    ...allRequests(app).flatMap(({ place, request }) => {
      const wanted =
        request.url === '/sync'
          ? ['request.body.session', 'request.body.sign', 'request.body.app_key', 'response.body']
          : request.url === '{{common.redisUrl}}'
            ? ['request.headers.authorization', 'request.body']
            : request.url === undefined
              ? []
              : ['request.url', 'request.body.sign'];
      return missing(place, hidden(request), wanted);
    }),
    ...allRequests(app).flatMap(({ place, request }) =>
      'buyer_login_id' in collection(request.body)
        ? missing(place, hidden(request), ['request.body.buyer_login_id'])
        : [],
    ),
    ...phases(app).flatMap(({ place, request }) =>
      request.body
        ? missing(place, hidden(request), [
            'request.body.app_key',
            'request.body.sign',
            'request.body.code',
            'request.body.refresh_token',
            'response.body',
          ])
        : missing(place, hidden(request), ['request.qs.client_id', 'request.qs.state']),
    ),
    ...missing('base', hidden(app.base), [
      'request.body.session',
      'request.body.sign',
      'request.headers.authorization',
    ]),
  ],

  'the base hands no token down': ({ base }) =>
    ['headers', 'qs', 'body', 'oauth'].filter((name) => base[name] !== undefined),

  'every list has a limit': (app) =>
    allRequests(app)
      .filter(({ request }) => {
        const response = collection(request.response);
        return response.iterate !== undefined && response.limit === undefined;
      })
      .map(({ place }) => place),

  'a trigger has an epoch, a required limit and nothing that could be mapped': (app) =>
    [...app.modules.values()]
      .filter(({ meta }) => meta.moduleType === 'trigger')
      .filter(({ code }) => {
        const limit = list(code.staticParams)
          .map(collection)
          .find(({ name }) => name === 'limit');
        return !isCollection(code.epoch) || limit?.required !== true || list(code.mappableParams).length > 0;
      })
      .map(({ name }) => name),

  'an action says what it does to data': (app) =>
    [...app.modules.values()]
      .filter(({ meta }) => meta.moduleType === 'action' && !meta.actionCrud)
      .map(({ name }) => name),
};

const missing = (place: string, has: readonly string[], wanted: readonly string[]): string[] =>
  wanted.filter((each) => !has.includes(each)).map((each) => `${place}: ${each}`);
