/**
 * A stand-in for the AliExpress gateway. It rejects what AliExpress rejects, in the same response formats. See
 * docs/aliexpress.md#requests, docs/aliexpress.md#responses and docs/aliexpress.md#limits.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Clock, HOUR } from '../lib/runtime.ts';
import type { Accounts, AppRegistration } from './accounts.ts';
import { inForms } from './answer-forms.ts';
import { type Faults, faultAnswers, listFaultOf, rewrites } from './faults.ts';
import { type GatewayErrorName, gatewayErrors } from './gateway-errors.ts';
import { ban, type CallLog, countOfAddress, countOfApp, countOfDay } from './limits.ts';
import { groupOf, methods } from './methods/index.ts';
import { Refusal } from './methods/query.ts';
import { toWire } from './methods/wire.ts';
import type { Shop } from './shop.ts';
import type { Variants } from './variants.ts';

export interface GatewayState {
  clock: Clock;
  app: AppRegistration;
  accounts: Accounts;
  shop: Shop;
  faults: Faults;
  /** Delay of an answer under the fault "slow", in real milliseconds. */
  slowMs: number;
  /** Lists stay wrapped even where the request says `simplify`. */
  alwaysWrapped: boolean;
  dailyLimit: number;
  calls: CallLog;
  variants: Variants;
  /** Every call is refused with it. */
  refusal: GatewayErrorName | null;
  /** Called before a call is answered. */
  onCall?: () => Promise<void>;
  /** Called with a payload, which it may change, before a fault changes it. */
  onAnswer?: (method: string, payload: Record<string, unknown>, params: Record<string, string>) => void;
}

const MAX_CLOCK_SKEW_MS = 2 * HOUR;

export function mountAliExpress(server: FastifyInstance, state: GatewayState): void {
  server.addHook('onSend', async (_request, reply) => {
    reply.header('date', new Date(state.clock.now()).toUTCString());
  });
  server.get('/', (request, reply) => {
    countOfAddress(state, request.ip);
    return reply.code(404).send();
  });
  server.get('/oauth/authorize', (request, reply) => authorize(request, reply, state));
  server.all('/rest/*', (request, reply) => system(request, reply, state));
  server.all('/sync', (request, reply) => business(request, reply, state));
}

function authorize(request: FastifyRequest, reply: FastifyReply, { app, accounts }: GatewayState) {
  const query = request.query as Record<string, string>;
  const refuse = (message: string) => reply.code(400).send({ error: 'invalid_request', message });
  if (query.response_type !== 'code') return refuse('response_type must be code');
  if (query.client_id !== app.appKey) return refuse('client_id is unknown');
  if (query.redirect_uri !== app.callbackUrl)
    return refuse('redirect_uri does not match the registered callback URL');
  const back = new URL(app.callbackUrl);
  back.searchParams.set('code', accounts.issueCode());
  if (query.state) back.searchParams.set('state', query.state);
  return reply.redirect(back.href);
}

async function system(request: FastifyRequest, reply: FastifyReply, state: GatewayState) {
  const path = request.url.slice('/rest'.length).replace(/\?.*/, '');
  const flat = (code: string, message: string) =>
    reply.send({ type: 'ISV', code, message, request_id: requestId() });
  try {
    const tooFast = countOfAddress(state, request.ip);
    if (tooFast) throw tooFast;
    const params = readParams(request);
    checkSignature(params, path, state);
    switch (path) {
      case '/auth/token/create':
      case '/auth/token/security/create': {
        const answer = state.accounts.redeem(need(params, 'code'));
        return answer
          ? reply.send({ ...answer, request_id: requestId() })
          : flat('InvalidCode', 'Invalid authorization code');
      }
      case '/auth/token/refresh':
      case '/auth/token/security/refresh': {
        await state.accounts.beforeRefresh();
        const answer = state.accounts.refresh(need(params, 'refresh_token'));
        if (state.accounts.losesAnswer()) return cutAnswer(reply);
        return answer
          ? reply.send({ ...answer, request_id: requestId() })
          : flat('IllegalRefreshToken', 'The specified refresh token is invalid or expired');
      }
      default:
        return flat('InvalidApiPath', 'The specified API path is invalid');
    }
  } catch (error) {
    if (error instanceof Refusal) return flat(error.code, error.message);
    throw error;
  }
}

async function business(request: FastifyRequest, reply: FastifyReply, state: GatewayState) {
  const { clock, faults, variants } = state;
  const refuse = ({ code, msg, sub_code }: { code: string; msg: string; sub_code?: string | undefined }) =>
    reply.send({
      error_response: {
        type: 'ISV',
        code,
        msg,
        ...(sub_code !== undefined && { sub_code }),
        request_id: requestId(),
        _trace_id_: requestId(),
      },
    });
  try {
    const params = readParams(request);
    const name = need(params, 'method');
    checkSignature(params, '', state);
    const method = methods.get(name);
    if (!method) throw new Refusal('InvalidApiPath', 'The specified API does not exist');
    checkLimits(request.ip, params, name, state);

    await state.onCall?.();
    if (state.refusal) return refuse(gatewayErrors[state.refusal]);
    if (await applyFault(request, reply, state)) return reply;
    const listFault = listFaultOf(faults);
    const payload = method({ shop: state.shop, now: clock.now(), params, listFault, variants });
    state.onAnswer?.(name, payload, params);
    const simplified = params.simplify === 'true' && !state.alwaysWrapped;
    const answer = simplified
      ? { ...payload, code: '0', request_id: requestId() }
      : { [`${name.replaceAll('.', '_')}_response`]: { ...payload, request_id: requestId() } };
    const rewrite = (faults.active && rewrites[faults.active]) ?? ((json: string) => json);
    const json = inForms(toWire(answer, simplified), variants.forms);
    return reply.type('application/json;charset=utf-8').send(rewrite(json));
  } catch (error) {
    if (error instanceof Refusal)
      return refuse({ code: error.code, msg: error.message, sub_code: error.subCode });
    throw error;
  }
}

/**
 * A call with an invalid token counts toward the limit of a second, but not toward the day's; a refused call with a valid
 * one is paid. AliExpress documents neither.
 * @throws Refusal
 */
function checkLimits(ip: string, params: Record<string, string>, method: string, state: GatewayState): void {
  const isValid = state.accounts.isValid(params.session ?? params.access_token ?? '');
  const tooFast = countOfAddress(state, ip);
  if (tooFast && !isValid) throw tooFast;
  if (!isValid) {
    throw new Refusal('IllegalAccessToken', 'The specified access token is invalid or expired');
  }
  const ofApp = tooFast ? undefined : countOfApp(state);
  const tooMany = countOfDay(state, method);
  const refusal = tooFast ?? ofApp ?? tooMany;
  if (refusal) throw refusal;
  const group = groupOf.get(method);
  if (group && state.variants.notGranted.includes(group)) {
    throw new Refusal('InsufficientPermission', 'The app has no permission to call this api');
  }
}

/** Applies the active fault. @returns whether it has answered the request */
async function applyFault(
  request: FastifyRequest,
  reply: FastifyReply,
  state: GatewayState,
): Promise<boolean> {
  const { faults, slowMs } = state;
  if (!faults.active) return false;
  faults.hits[faults.active] += 1;
  const answer = faultAnswers[faults.active];
  if (answer) {
    const { status = 200, headers = {}, body } = answer;
    reply.code(status).headers(headers);
    if (typeof body === 'string') reply.type('text/html');
    reply.send(body);
    return true;
  }
  switch (faults.active) {
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, slowMs).unref());
      return false;
    case 'cut':
      cutAnswer(reply);
      return true;
    case 'ban':
    case 'fuse': {
      const { code, message } = ban(state, request.ip, faults.active === 'ban');
      reply.send({ error_response: { type: 'ISV', code, msg: message, request_id: requestId() } });
      return true;
    }
    default:
      return false;
  }
}

function cutAnswer(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
  reply.raw.write('{"result":{"success":true,"target_li');
  setImmediate(() => reply.raw.destroy());
  return reply;
}

/** Query and form body together. A key may occur twice with the same value, as `method` does in the official SDK. */
function readParams(request: FastifyRequest): Record<string, string> {
  const query = new URL(request.url, 'http://sandbox').searchParams;
  const body = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
  const params: Record<string, string> = {};
  for (const [key, value] of [...query, ...body]) {
    if (params[key] !== undefined && params[key] !== value) {
      throw new Refusal('InvalidParameter', `${key} was sent twice with different values`);
    }
    params[key] = value;
  }
  return params;
}

function checkSignature(params: Record<string, string>, path: string, { app, clock }: GatewayState): void {
  const given = need(params, 'sign');
  if (need(params, 'app_key') !== app.appKey)
    throw new Refusal('InvalidAppkey', 'The specified App Key is invalid');
  if (need(params, 'sign_method') !== 'sha256') {
    throw new Refusal('IncompleteSignature', 'The request signature does not conform to platform standards');
  }
  const timestamp = need(params, 'timestamp');
  const sentAt = /^\d{13}$/.test(timestamp)
    ? Number(timestamp)
    : Date.parse(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(timestamp) ? timestamp : '');
  if (Number.isNaN(sentAt) || Math.abs(sentAt - clock.now()) > MAX_CLOCK_SKEW_MS) {
    throw new Refusal('IllegalTimestamp', 'The specified timestamp is more than 7200 seconds away');
  }
  const hmac = createHmac('sha256', app.appSecret).update(path);
  for (const key of Object.keys(params).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
    if (key !== 'sign') hmac.update(key).update(params[key] as string);
  }
  const expected = Buffer.from(hmac.digest('hex').toUpperCase());
  const actual = Buffer.from(given);
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) {
    throw new Refusal('IncompleteSignature', 'The request signature does not conform to platform standards');
  }
}

function need(params: Record<string, string>, name: string): string {
  const value = params[name];
  if (!value) throw new Refusal('MissingParameter', `The input parameter "${name}" is missing`);
  return value;
}

let requests = 0;
const requestId = () => `2141154917${String(++requests).padStart(14, '0')}`;
