/** A signed-in sandbox, and requests to it that are valid except for what a test changes. */

import { stringify } from 'lossless-json';
import { sign } from '../../lib/aliexpress/sign.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.ts';
import { type FixedClock, fixedClock } from './fixed-clock.ts';

export const CALLBACK = 'https://zapier.com/dashboard/auth/oauth/return/App1CLIAPI/';
export const ORDER_LIST = 'aliexpress.trade.seller.orderlist.get';
export const ORDER_DETAIL = 'aliexpress.trade.new.redefining.findorderbyid';
export const REVIEWS = 'aliexpress.evaluation.listorderevaluation.get';
export const TRACKING = 'aliexpress.logistics.redefining.querytrackingresult';
export const SHORT_TRACKING = 'aliexpress.asf.shipment.tracking.get';
export const PARCELS = 'aliexpress.logistics.redefining.getonlinelogisticsinfo';
export const LOGISTICS_ORDERS = 'aliexpress.logistics.querylogisticsorderdetail';
export const WAREHOUSE_ORDERS = 'aliexpress.logistics.warehouse.querydetail';
export const DECLARED_SHIPMENTS = 'aliexpress.logistics.querysellershipmentinfo';
export const STATUS_NAMES = 'aliexpress.logistics.query.enum';
export const ANNOUNCEMENTS = 'aliexpress.logistics.getannouncement';
export const ABNORMAL_PARCELS = 'aliexpress.logistics.abnormalorder.query';
export const DISPUTES = 'aliexpress.issue.issuelist.get';
export const DISPUTE = 'aliexpress.issue.detail.get';
export const PRODUCTS = 'aliexpress.postproduct.redefining.findproductinfolistquery';
export const PRODUCT = 'aliexpress.offer.product.query';
export const PROFILE = 'aliexpress.solution.merchant.profile.get';
export const DIAGNOSIS = 'aliexpress.merchant.diagnosis.query';

/** The parameter in which a method takes its query as JSON. The other methods take flat parameters. */
const jsonParameters: Record<string, string> = {
  [ORDER_LIST]: 'param_aeop_order_query',
  [ORDER_DETAIL]: 'param1',
  [REVIEWS]: 'trade_evaluation_request',
  [DISPUTES]: 'query_dto',
  [PRODUCTS]: 'aeop_a_e_product_list_query',
};

/** Parameters by name; undefined values are left out. */
export type Params = Record<string, string | undefined>;

export interface Sending {
  /** Replaces the app secret. */
  secret?: string;
  /** Changes the parameters after the request was signed. */
  tamper?: (params: Record<string, string>) => void;
  /** Parameters in the body, in the URL, or the method in both. */
  by?: 'POST' | 'GET' | 'GET and POST';
  /** The address that it comes from. */
  address?: string;
}

export interface Answer {
  status: number;
  text: string;
  json: Wire;
  /** The error code, in either format. */
  code: string | undefined;
  /** The Date header. */
  date: string | null;
}

/** The fields of all answers that tests read. Each answer has only some of them. */
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
  /** Calls a business method, one second after the previous call. */
  call(params?: Params, sending?: Sending): Promise<Answer>;
  /** Calls a business method without advancing the clock. */
  callNow(params?: Params, sending?: Sending): Promise<Answer>;
  /** Calls a system interface. */
  system(path: string, params?: Params, sending?: Sending): Promise<Answer>;
  /** Calls a business method with its query, as JSON or flat, whichever the method takes. */
  query(method: string, query?: Record<string, unknown>, params?: Params): Promise<Answer>;
  /** Advances the clock to `at` and signs in again, because a token is valid for one day. */
  goTo(at: number): void;
  /** Calls the order list with a valid query, changed by `query`. */
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
    query: (method, query = {}, params = {}) => {
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
      shop.query(
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
    const { secret = sandbox.app.appSecret, tamper = () => {}, by = 'POST', address } = sending;
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
      ...(address !== undefined && { headers: { 'x-forwarded-for': address } }),
    });
    const text = await answer.text();
    const json = readJson(text);
    const code = json?.error_response?.code ?? json?.code;
    return { status: answer.status, text, json, code, date: answer.headers.get('date') };
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
