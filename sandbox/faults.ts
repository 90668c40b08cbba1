/** The faults that the AliExpress simulator can inject, one at a time. */

import { type ListFault, listFaultNames } from './methods/paged.ts';
import { fromPacific } from './pacific.ts';
import { type TimeForm, timeForms } from './time-forms.ts';

export const faultNames = {
  slow: 'the answer comes after the time limit',
  http_5xx: 'HTTP 503',
  http_429: 'HTTP 429, to be repeated after 30 seconds',
  cut: 'the connection is cut during the answer',
  not_json: 'an HTML page instead of JSON',
  wrong_shape: 'JSON without the expected fields',
  backend_error: 'a remote service error inside HTTP 200',
  busy_payload: 'the payload says that the system is busy',
  busy_camel_case: 'the payload says so in camel case',
  busy_ret: 'the payload says so with the flag "ret"',
  ban: 'the address is blocked for 15 minutes',
  fuse: 'the address is blocked, and the answer does not say for how long',
  seller_limit: 'too many requests of the seller',
  app_limit: 'too many requests of the app',
  retired: 'the method is no longer offered',
  missing_parameter: 'the method requires another parameter',
  wrong_time: 'the time of the request is not accepted',
  duplicate_keys: 'keys of the answer stand there twice',
  byte_order_mark: 'the answer begins with a byte-order mark',
  time_forms: 'times are written in every form',
  ...listFaultNames,
} as const;

export type FaultName = keyof typeof faultNames;

export interface Faults {
  /** The fault that is on. */
  active: FaultName | null;
  /** How many calls each fault has hit. */
  hits: Record<FaultName, number>;
}

export const noFaults = (): Faults => ({
  active: null,
  hits: Object.fromEntries(Object.keys(faultNames).map((name) => [name, 0])) as Faults['hits'],
});

/** The fault that is on, if it is about lists. */
export function listFaultOf({ active, hits }: Faults): ListFault | undefined {
  return active && isListFault(active) ? { name: active, nth: hits[active] } : undefined;
}

const isListFault = (name: FaultName): name is ListFault['name'] => Object.hasOwn(listFaultNames, name);

export interface FaultAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: string | object;
}

const refusal = (code: string, msg: string): FaultAnswer => ({
  body: { error_response: { type: 'ISV', code, msg, request_id: '0' } },
});
const payload = (result: object): FaultAnswer => ({ body: { result, code: '0', request_id: '0' } });

/** What is answered to any request, for the faults that need nothing else. */
export const faultAnswers: Partial<Record<FaultName, FaultAnswer>> = {
  http_5xx: { status: 503, body: '<html>Service Unavailable</html>' },
  http_429: { status: 429, headers: { 'retry-after': '30' }, body: '<html>Too Many Requests</html>' },
  not_json: { body: '<html><body>We will be back soon</body></html>' },
  wrong_shape: payload({ success: true, orders: [] }),
  backend_error: {
    body: {
      error_response: {
        code: 15,
        msg: 'Remote service error',
        sub_code: 'isp.service-unavailable',
        request_id: '0',
      },
    },
  },
  busy_payload: payload({ success: false, error_code: 'F00-00-10001', error_message: 'system busy' }),
  busy_camel_case: payload({ success: false, errorCode: 'F00-00-10001', errorMessage: 'system busy' }),
  busy_ret: payload({ ret: false, code: 'F00-00-10001', msg: 'system busy' }),
  seller_limit: refusal(
    'SellerCallLimit',
    'Seller access frequency exceeds the limit. this ban will last 1 seconds',
  ),
  app_limit: refusal('AppCallLimit', 'App access frequency exceeds the limit'),
  retired: refusal('InvalidApiPath', 'The specified API path is invalid'),
  missing_parameter: refusal('MissingParameter', 'The input parameter "channel" is missing'),
  wrong_time: refusal('IllegalTimestamp', 'The specified timestamp is more than 7200 seconds away'),
};

/** How a correct answer is written instead, for the faults that change nothing else. */
export const rewrites: Partial<Record<FaultName, (json: string) => string>> = {
  duplicate_keys: (json) =>
    json.replaceAll('"success":true', '"success":false,"success":true').replace('{', '{"code":"15",'),
  byte_order_mark: (json) => `\uFEFF${json}`,
  time_forms: withTimeForms,
};

/** Each time of the answer in another form. */
function withTimeForms(json: string): string {
  let count = 0;
  return json.replace(/"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"/g, (_, written: string) => {
    const form = TIME_FORMS[count++ % TIME_FORMS.length] as TimeForm;
    return JSON.stringify(timeForms[form](fromPacific(written) ?? 0));
  });
}

const TIME_FORMS: readonly TimeForm[] = [
  'fraction',
  'milliseconds_fraction',
  'utc',
  'offset',
  'seconds',
  'milliseconds_text',
  'digits',
  'stamp',
];
