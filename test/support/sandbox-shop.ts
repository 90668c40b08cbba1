/** A sandbox with somebody signed in, and requests to it that are valid but for what a test changes. */

import { stringify } from 'lossless-json';
import { sign } from '../../lib/aliexpress/sign.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.ts';
import { type FixedClock, fixedClock } from './fixed-clock.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
export const CALLBACK = 'https://zapier.com/dashboard/auth/oauth/return/App1CLIAPI/';
export const ORDER_LIST = 'aliexpress.trade.seller.orderlist.get';
export const ORDER_DETAIL = 'aliexpress.trade.new.redefining.findorderbyid';
export const REVIEWS = 'aliexpress.evaluation.listorderevaluation.get';
export const TRACKING = 'aliexpress.logistics.redefining.querytrackingresult';
export const SHIPMENTS = 'aliexpress.logistics.querylogisticsorderdetail';
export const DISPUTES = 'aliexpress.issue.issuelist.get';
export const DISPUTE = 'aliexpress.issue.detail.get';
export const PRODUCTS = 'aliexpress.postproduct.redefining.findproductinfolistquery';
export const PRODUCT = 'aliexpress.offer.product.query';
export const PROFILE = 'aliexpress.solution.merchant.profile.get';
export const DIAGNOSIS = 'aliexpress.merchant.diagnosis.query';

/** The parameter in which a method takes its query as JSON; the others take theirs as flat parameters. */
const jsonParameters: Record<string, string> = {
  [ORDER_LIST]: 'param_aeop_order_query',
  [ORDER_DETAIL]: 'param1',
  [REVIEWS]: 'trade_evaluation_request',
  [DISPUTES]: 'query_dto',
  [PRODUCTS]: 'aeop_a_e_product_list_query',
};

/** Parameters by name; what is undefined is left out. */
export type Params = Record<string, string | undefined>;

export interface Sending {
  /** Instead of the app's own. */
  secret?: string;
  /** After the request was signed. */
  tamper?: (params: Record<string, string>) => void;
  /** Where the parameters travel: all of them in the body or in the address, or the method in both. */
  by?: 'POST' | 'GET' | 'GET and POST';
}

export interface Answer {
  status: number;
  text: string;
  json: Wire;
  /** The code of an error, in either of its shapes. */
  code: string | undefined;
}

/** What the tests look at in answers; a test looks only where the answer it asked for has something. */
export interface Wire {
  code?: string;
  error_response: { code: string; msg: string };
  access_token: string;
  refresh_token: string;
  expires_in: number;
  refresh_expires_in: number;
  result: {
    total_count: number;
    total_page: number;
    target_list: WireOrder[];
    result_list: Row[];
    product_count: string;
    aeop_a_e_product_display_d_t_o_list: Row[];
    aeop_ae_product_s_k_us: Row[];
  };
  target: Row & { logistic_info_list: unknown; child_order_list: Row[] };
  target_list: Row[];
  details: Row[];
  data_list: Row[];
  total_item: string;
  result_object: Row & { buyer_solution_list: Row[]; process_dto_list: Row[] };
  aliexpress_trade_new_redefining_findorderbyid_response: { target: unknown };
}

type Row = Record<string, unknown>;

interface WireOrder {
  order_status: string;
  issue_status: string;
  gmt_create: string;
  gmt_update: string;
  timeout_left_time: number;
  product_list: Row[];
}

export interface SandboxShop {
  sandbox: Sandbox;
  clock: FixedClock;
  token: string;
  /** A business method, one second after the one before it. */
  call(params?: Params, sending?: Sending): Promise<Answer>;
  /** A business method, at this very moment. */
  callNow(params?: Params, sending?: Sending): Promise<Answer>;
  /** A system interface. */
  system(path: string, params?: Params, sending?: Sending): Promise<Answer>;
  /** A business method with its query, as JSON or flat, whichever the method takes. */
  ask(method: string, query?: Record<string, unknown>, params?: Params): Promise<Answer>;
  /** Moves the clock to this moment and signs in again, since a token lives for a day. */
  goTo(at: number): void;
  /** The order list; the query is valid but for what it is given. */
  orderList(query?: Record<string, unknown>, params?: Params): Promise<Answer>;
  close(): Promise<void>;
}

export async function openSandboxShop(options: Partial<SandboxOptions> = {}): Promise<SandboxShop> {
  const clock = fixedClock('2026-11-21T12:00:00Z');
  const from = clock.now() - 12 * HOUR;
  const sandbox = await startSandbox({ clock, callbackUrl: CALLBACK, from, to: from + 2 * DAY, ...options });

  const common = () => ({
    app_key: sandbox.app.appKey,
    sign_method: 'sha256',
    timestamp: String(clock.now()),
  });
  const shop: SandboxShop = {
    sandbox,
    clock,
    token: signIn(sandbox),
    callNow: (params = {}, sending = {}) =>
      send(
        '/sync',
        '',
        { ...common(), method: PROFILE, simplify: 'true', session: shop.token, ...params },
        sending,
      ),
    call: (params, sending) => {
      clock.advance(1000);
      return shop.callNow(params, sending);
    },
    system: (path, params = {}, sending = {}) =>
      send(`/rest${path}`, path, { ...common(), ...params }, sending),
    ask: (method, query = {}, params = {}) => {
      const name = jsonParameters[method];
      const flat = () =>
        Object.fromEntries(
          Object.entries(query).map(([key, value]) => [key, value === undefined ? value : String(value)]),
        );
      return shop.call({ method, ...(name ? { [name]: stringify(query) } : flat()), ...params });
    },
    goTo: (at) => {
      clock.advance(at - clock.now());
      shop.token = signIn(sandbox);
    },
    orderList: (query = {}, params = {}) =>
      shop.ask(
        ORDER_LIST,
        {
          current_page: 1,
          page_size: 50,
          create_date_start: toPacific(clock.now() - 10 * DAY),
          create_date_end: toPacific(clock.now() + HOUR),
          ...query,
        },
        params,
      ),
    close: () => sandbox.close(),
  };

  async function send(path: string, signedPath: string, given: Params, sending: Sending): Promise<Answer> {
    const { secret = sandbox.app.appSecret, tamper = () => {}, by = 'POST' } = sending;
    const params = Object.fromEntries(
      Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    );
    params.sign = sign(params, secret, signedPath);
    tamper(params);
    const url = new URL(path, sandbox.url);
    if (by === 'GET') url.search = new URLSearchParams(params).toString();
    if (by === 'GET and POST') url.search = new URLSearchParams({ method: String(params.method) }).toString();
    const answer = await fetch(url, {
      ...(by !== 'GET' && { method: 'POST', body: new URLSearchParams(params) }),
    });
    const text = await answer.text();
    const json = readJson(text);
    return { status: answer.status, text, json, code: json?.error_response?.code ?? json?.code };
  }
  return shop;
}

const signIn = ({ accounts }: Sandbox) => String(accounts.redeem(accounts.issueCode())?.access_token);

const readJson = (text: string) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
