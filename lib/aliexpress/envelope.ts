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

/** A refusal inside the payload. The flag decides, because samples show `success: true` together with an error code. */
function businessRefusal(payload: Record<string, unknown>): WireError | undefined {
  for (const part of [payload, asRecord(payload.result), asRecord(payload.response)]) {
    const success = wire.bool.safeParse(part.success ?? part.result_success ?? part.is_success);
    if (success.data === false) {
      return {
        code: 'business',
        subCode: asCode(part.error_code),
        text: asText(part.error_message ?? part.error_desc),
      };
    }
  }
  return undefined;
}
