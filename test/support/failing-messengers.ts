/** A way to messengers that fails as a test says: before anything was sent, or after the message arrived. */

import { axiosTransport } from '../../lib/http/axios.ts';
import { type Transport, TransportFailure } from '../../lib/http/transport.ts';

export interface FailingMessengers {
  transport: Transport;
  fails: 'before' | 'after' | 'never';
}

export function failingMessengers(): FailingMessengers {
  const real = axiosTransport();
  const messengers: FailingMessengers = {
    fails: 'never',
    transport: async (request) => {
      if (messengers.fails === 'before') throw new TransportFailure('not_sent');
      const answer = await real(request);
      if (messengers.fails === 'after') throw new TransportFailure('cut');
      return answer;
    },
  };
  return messengers;
}
