/**
 * Zapier's transport for tests without an app: every request runs through zapier-platform-core, as the step of a minimal
 * app. The app has a sign-in, because only then does core treat a 401 as a stale token.
 */

import zapier, { type ZObject } from 'zapier-platform-core';
import { createAppHandler } from '../../lib/hosts/zapier/handler.ts';
import { zapierTransport } from '../../lib/hosts/zapier/transport.ts';
import type { HttpAnswer, Transport } from '../../lib/http/transport.ts';

export function zapierProbe(limits?: Parameters<typeof zapierTransport>[1]): Transport {
  return async (request) => {
    let failure: unknown;
    const perform = async (z: ZObject) => {
      try {
        return [{ id: 'answer', ...(await zapierTransport(z, limits)(request)) }];
      } catch (error) {
        // Core changes errors that leave an app, so the failure is passed outside of core.
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
    const [{ status, body, headers }] = results as [Required<HttpAnswer>];
    return { status, body, headers };
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
