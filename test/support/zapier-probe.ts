/**
 * Zapier's transport as a plain one: every request runs through zapier-platform-core, as the step of an app with
 * nothing else in it. Its sign-in is there because core takes a 401 for a stale token only in apps that have one.
 */

import zapier, { type ZObject } from 'zapier-platform-core';
import { createAppHandler } from '../../lib/hosts/zapier/handler.ts';
import { zapierTransport } from '../../lib/hosts/zapier/transport.ts';
import type { Transport } from '../../lib/http/transport.ts';

export function zapierProbe(limits?: Parameters<typeof zapierTransport>[1]): Transport {
  return async (request) => {
    let failure: unknown;
    const perform = async (z: ZObject) => {
      try {
        return [{ id: 'answer', ...(await zapierTransport(z, limits)(request)) }];
      } catch (error) {
        // Core rewrites what leaves an app, so a failure is carried past it.
        failure = error;
        return [];
      }
    };
    const { results } = await createAppHandler(appWith(perform))({
      command: 'execute',
      method: 'triggers.probe.operation.perform',
      bundle: { authData: {}, inputData: {}, meta: {} },
      calledFromCli: true,
    });
    if (failure) throw failure;
    const [{ status, body }] = results as [{ status: number; body: string }];
    return { status, body };
  };
}

const appWith = (perform: (z: ZObject) => Promise<object[]>) => ({
  version: '1.0.0',
  platformVersion: zapier.version,
  authentication: {
    type: 'oauth2',
    test: async () => ({}),
    oauth2Config: {
      authorizeUrl: 'https://example.com',
      getAccessToken: async () => ({}),
      autoRefresh: true,
    },
  },
  triggers: {
    probe: {
      key: 'probe',
      noun: 'Probe',
      display: { label: 'Probe', description: 'Triggers when probed.' },
      operation: { perform },
    },
  },
});
