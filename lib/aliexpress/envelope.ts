/**
 * Takes off the envelope of an answer (docs/aliexpress.md#envelopes) and finds the error in any of the places where
 * AliExpress puts one (docs/aliexpress.md#success-and-failure).
 */

import * as wire from './wire.ts';

export interface WireError {
  code: string;
  subCode: string;
  /** AliExpress's sentence. It is searched for numbers, and never shown or logged, because it may hold a name. */
  text: string;
  /** Seconds until the next request is accepted, from the header of HTTP 429. */
  retryAfter?: number;
}

export type Unwrapped = { ok: true; payload: unknown } | { ok: false; error: WireError };

/** @param method its name, or the path of a system interface */
export function unwrap(method: string, json: unknown): Unwrapped {
  const root = asRecord(json);
  const inner = root[`${method.replaceAll('.', '_')}_response`] ?? json;
  const payload = asRecord(inner);
  const error = root.error_response ?? payload.error_response ?? (isFlatError(payload) ? payload : undefined);
  if (error !== undefined) return { ok: false, error: readError(asRecord(error)) };
  const refusal = businessRefusal(payload);
  return refusal ? { ok: false, error: refusal } : { ok: true, payload: inner };
}

const asRecord = (value: unknown): Record<string, unknown> => wire.record.safeParse(value).data ?? {};
const asText = (value: unknown): string => wire.text.safeParse(value).data ?? '';

/** Codes are shown to users. So a sentence in the place of a code, which may hold a name, is not returned. */
const asCode = (value: unknown): string => {
  const code = asText(value);
  return /^[\w.-]{0,80}$/.test(code) ? code : 'unknown';
};

/** Success carries `code: "0"` or no code at all. */
const isFlatError = (root: Record<string, unknown>): boolean => {
  const code = asText(root.code);
  return code !== '' && code !== '0' && ('type' in root || 'message' in root || 'msg' in root);
};

const readError = (error: Record<string, unknown>): WireError => ({
  code: asCode(error.code),
  subCode: asCode(error.sub_code),
  text: [error.msg, error.message, error.sub_msg].map(asText).join(' '),
});

/** Where a payload says whether it is a refusal, and with which keys. */
const PARTS = ['result', 'response', 'resultdata', 'return_result'];
const FLAGS = ['success', 'result_success', 'is_success', 'ret'];
const CODES = ['error_code', 'errorCode', 'result_error_code', 'msg_code', 'rsp_code', 'code'];
const TEXTS = [
  'error_message',
  'errorMessage',
  'error_msg',
  'error_desc',
  'msg_info',
  'rsp_msg',
  'msg',
  'message',
];

/** A refusal inside the payload. The flag decides, because samples show `success: true` together with an error code. */
function businessRefusal(payload: Record<string, unknown>): WireError | undefined {
  for (const part of [payload, ...PARTS.map((key) => asRecord(payload[key]))]) {
    if (isFailure(firstOf(part, FLAGS))) {
      // Next to a refusal `code: "0"` belongs to the envelope.
      const code = firstOf(
        part,
        CODES.filter((key) => asText(part[key]) !== '0'),
      );
      return { code: 'business', subCode: asCode(code), text: asText(firstOf(part, TEXTS)) };
    }
  }
  return undefined;
}

/** A number in the place of the flag is a return code, of which 0 means success. */
const isFailure = (flag: unknown): boolean =>
  !/^\d+$/.test(asText(flag)) && wire.bool.safeParse(flag).data === false;

const firstOf = (part: Record<string, unknown>, keys: readonly string[]): unknown =>
  keys.map((key) => part[key]).find((value) => value !== undefined && value !== null && value !== '');
