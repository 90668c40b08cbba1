/** The transport outside `z.request`: for what must not stand in Zapier's log, and for every other host. */

import axios, { AxiosError } from 'axios';
import { DEFAULT_LIMITS, failureFromCode, type Transport, TransportFailure } from './transport.ts';

export function axiosTransport(limits = DEFAULT_LIMITS): Transport {
  return async ({ method, url, headers, body }) => {
    const deadline = AbortSignal.timeout(limits.timeoutMs);
    try {
      const answer = await axios.request<string>({
        method,
        url,
        headers,
        data: body,
        signal: deadline,
        timeout: limits.timeoutMs,
        maxRedirects: 0,
        maxContentLength: limits.maxBytes,
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
        proxy: false,
      });
      return { status: answer.status, body: answer.data ?? '' };
    } catch (error) {
      const failure = error instanceof AxiosError ? error : undefined;
      if (
        deadline.aborted ||
        failure?.code === AxiosError.ECONNABORTED ||
        failure?.code === AxiosError.ETIMEDOUT
      ) {
        throw new TransportFailure('timeout');
      }
      if (failure?.message.includes('maxContentLength')) throw new TransportFailure('too_large');
      throw new TransportFailure(failureFromCode(failure?.code));
    }
  };
}
