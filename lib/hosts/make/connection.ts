/**
 * The sign-in as an OAuth2 connection of Make: the rules of `authentication/`. Make allows one request for each phase,
 * so signing in cannot be paid for; system interfaces cost no call anyhow.
 *
 * The app's key and secret stand in the connection's common data; a publisher who has none there lets sellers fill in
 * their own. They are kept with the connection, because modules cannot see its common data.
 */

import type { Method } from '../../aliexpress/method.ts';
import { tokenCreate, tokenRefresh } from '../../aliexpress/methods/token.ts';
import { parsedAnswer } from './answer.ts';
import {
  all,
  any,
  call,
  type Iml,
  joined,
  matches,
  mustache,
  mustaches,
  quoted,
  toNumber,
  when,
} from './iml.ts';
import type { Json } from './json.ts';
import { GATEWAY } from './names.ts';
import { errorTypes, problemText } from './problems.ts';
import { validAnswer } from './refusals.ts';
import { signedForm } from './sign.ts';

const REDIRECT = 'oauth.localRedirectUri';
const appKey = call('toString', call('ifempty', 'parameters.appKey', 'common.appKey'));
const appSecret = call('toString', call('ifempty', 'parameters.appSecret', 'common.appSecret'));
const SECRETS = [
  'request.body.app_key',
  'request.body.sign',
  'request.body.code',
  'request.body.refresh_token',
  // The tokens, and the account's e-mail address.
  'response.body',
];
/** Before its end, in minutes, a token is renewed. */
const RENEW_MINUTES = 30;

const answer = (name: string): Iml => call('ifempty', `temp.answer.${name}`, "''");
const isSeconds = (name: string): Iml => matches(answer(name), '\\d{1,10}');
const inSeconds = (name: string): Iml => call('addSeconds', 'now', toNumber(answer(name)));

interface Phase {
  method: Pick<Method, 'name'>;
  /** The parameter beside those that every form has. */
  param: string;
  value: Iml;
  condition?: Iml;
  /** What an answer has that is one, each under one of several names. */
  mustHave: readonly (readonly string[])[];
  /** What it keeps of the connection. */
  data: Record<string, Iml>;
  /** Until when a person need not sign in again, where that can move. */
  expires: Iml;
}

const phase = ({
  method,
  param,
  value,
  condition,
  mustHave,
  data,
  expires,
}: Phase): Record<string, Json> => ({
  url: `${GATEWAY}/rest${method.name}`,
  method: 'POST',
  type: 'urlencoded',
  temp: { ts: "{{formatDate(now, 'x')}}", [param]: mustache(value) },
  ...(condition !== undefined && { condition: mustache(condition) }),
  body: signedForm(
    {
      app_key: appKey,
      sign_method: quoted('sha256'),
      timestamp: 'temp.ts',
      [param]: call('toString', `temp.${param}`),
    },
    appSecret,
    method.name,
  ),
  response: {
    type: 'text',
    temp: {
      answer: mustache(parsedAnswer({ method: method.name, lists: [], keys: [], numbers: [] })),
    },
    valid: validAnswer({
      isClaimed: false,
      isShaped: all(
        mustHave.map((names) => any(names.map((name) => call('contains', 'body', quoted(`"${name}"`))))),
      ),
      method: quoted(method.name),
      field: quoted(mustHave.flat().join(', ')),
      redirectUri: REDIRECT,
    }),
    error: {
      message: mustache(
        problemText('aliexpress_unreachable', { reason: joined(quoted('HTTP '), 'toString(statusCode)') }),
      ),
      type: errorTypes.aliexpress_unreachable,
    },
    data: mustaches(data),
    expires: mustache(expires),
    ...(method === tokenCreate && {
      uid: mustache(sellerId),
      metadata: { type: 'text', value: mustache(sellerId) },
    }),
  },
  log: { sanitize: SECRETS },
});

const sellerId = call('ifempty', 'temp.answer.seller_id', answer('user_id'));
/** AliExpress always says how long a token lives; one that it does not say of is renewed at once. */
const accessExpires = when(isSeconds('expires_in'), inSeconds('expires_in'), 'now');
const firstDeadline = when(
  isSeconds('refresh_expires_in'),
  inSeconds('refresh_expires_in'),
  'addHours(now, 87600)',
);
/** Nothing where AliExpress does not say. */
const whenKnown = (value: Iml): Iml => when(isSeconds('refresh_expires_in'), value, "''");
/** It does not move; where AliExpress says it anew, it says the same. */
const sameDeadline = when(
  isSeconds('refresh_expires_in'),
  inSeconds('refresh_expires_in'),
  'data.refreshExpires',
);

export const connectionCommunication = (): Json => ({
  authorize: {
    url: `${GATEWAY}/oauth/authorize`,
    qs: {
      response_type: 'code',
      force_auth: 'true',
      client_id: mustache(appKey),
      redirect_uri: mustache(REDIRECT),
      state: '{{oauth.state}}',
    },
    response: { temp: { code: '{{query.code}}' } },
    log: { sanitize: ['request.qs.client_id', 'request.qs.state', 'response.query.code'] },
  },
  token: phase({
    method: tokenCreate,
    param: 'code',
    value: 'temp.code',
    // Everything of a shop is kept under its seller's number.
    mustHave: [['access_token'], ['seller_id', 'user_id']],
    data: {
      accessToken: 'temp.answer.access_token',
      refreshToken: 'temp.answer.refresh_token',
      // From the token's answer, never from what somebody types: it keys the budget.
      sellerId,
      expires: accessExpires,
      refreshExpires: firstDeadline,
      // For what tells the user in time.
      renewBy: whenKnown(call('formatDate', firstDeadline, quoted('x'))),
      appKey,
      appSecret,
    },
    expires: firstDeadline,
  }),
  refresh: phase({
    method: tokenRefresh,
    param: 'refresh_token',
    value: 'data.refreshToken',
    mustHave: [['access_token']],
    condition: `data.expires < ${call('addMinutes', 'now', RENEW_MINUTES)}`,
    data: {
      accessToken: 'temp.answer.access_token',
      // One that is not said anew stays.
      refreshToken: call('ifempty', 'temp.answer.refresh_token', 'data.refreshToken'),
      expires: accessExpires,
      // The publisher may have set new ones.
      appKey,
      appSecret,
      refreshExpires: sameDeadline,
      renewBy: when(
        isSeconds('refresh_expires_in'),
        call('formatDate', inSeconds('refresh_expires_in'), quoted('x')),
        call('ifempty', 'data.renewBy', "''"),
      ),
    },
    expires: sameDeadline,
  }),
});

export const connectionParameters = (): Json => [
  {
    name: 'appKey',
    type: 'text',
    label: 'App Key',
    help: 'Only for an AliExpress app of your own. Leave empty otherwise.',
    advanced: true,
    editable: true,
  },
  {
    name: 'appSecret',
    type: 'password',
    label: 'App Secret',
    help: 'Only for an AliExpress app of your own. Leave empty otherwise.',
    advanced: true,
    editable: true,
  },
];
