/** A way to messengers that fails as a test says: before anything was sent, or after the message arrived, with or without a reason. */

import { axiosTransport } from '../../lib/http/axios.ts';
import { type Transport, TransportFailure } from '../../lib/http/transport.ts';

export interface FailingMessengers {
  transport: Transport;
  fails: 'before' | 'after' | 'mistaken' | 'never';
}

export function failingMessengers(): FailingMessengers {
  const real = axiosTransport();
  const messengers: FailingMessengers = {
    fails: 'never',
    transport: async (request) => {
      if (messengers.fails === 'before') throw new TransportFailure('not_sent');
      const answer = await real(request);
      if (messengers.fails === 'after') throw new TransportFailure('cut');
      if (messengers.fails === 'mistaken') throw new Error('a mistake');
      return answer;
    },
  };
  return messengers;
}
