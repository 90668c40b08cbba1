/** What every request of a module inherits: where AliExpress is, and what its answers mean. No token, no secret. */

import { JUDGED, SECRET_PATHS } from './asking.ts';
import { joined, mustache, quoted } from './iml.ts';
import type { Json } from './json.ts';
import { GATEWAY } from './names.ts';
import { errorTypes, problemText } from './problems.ts';
import { validAnswer } from './refusals.ts';

/** As on Zapier's side a slow answer is given up early. */
const TIMEOUT_MS = 25_000;

const httpStatus = joined(quoted('HTTP '), 'toString(statusCode)');

export const base = (): Json => ({
  baseUrl: GATEWAY,
  timeout: TIMEOUT_MS,
  log: { sanitize: [...SECRET_PATHS, 'request.headers.authorization'] },
  response: {
    type: 'text',
    valid: validAnswer(JUDGED),
    error: {
      message: mustache(problemText('aliexpress_unreachable', { reason: httpStatus })),
      type: errorTypes.aliexpress_unreachable,
    },
  },
});
