/** The sign-in → Zapier's OAuth2 definition. */

import type { Authentication, Bundle, ZObject } from 'zapier-platform-core';
import { authorizeUrl } from '../../../authentication/authorize.ts';
import { testConnection } from '../../../authentication/test.ts';
import { exchangeCode, refreshTokens } from '../../../authentication/tokens.ts';
import { introduceShop } from '../../budget/introduce-shop.ts';
import { fail, isProblem } from '../../problems.ts';
import { trackerKey } from '../../trackers/key.ts';
import type { Tracker } from '../../trackers/tracker.ts';
import { withRenewalErrors, withZapierErrors } from './errors.ts';
import { textIn } from './language.ts';
import { type HostRuntime, hasSharedStore, openShop, openSignIn, openTracker, vaultOf } from './session.ts';

export function toZapierAuthentication(runtime: HostRuntime): Authentication {
  const { settings } = runtime;
  return {
    type: 'oauth2',
    test: (z: ZObject, bundle: Bundle) =>
      withZapierErrors(runtime, async () => {
        const { seller, gateway, store } = await openShop(runtime, z, bundle);
        const { access_token: accessToken = '' } = bundle.authData;
        await testTracker(await openTracker(runtime, z, bundle));
        return testConnection({ seller, accessToken }, { gateway, store, vault: vaultOf(runtime) });
      }),
    connectionLabel: '{{shop_name}} ({{seller_id}})',
    fields: [
      {
        key: trackerKey.key,
        label: trackerKey.label.en,
        helpText: textIn(trackerKey.help, runtime.language),
        type: 'password',
        required: false,
      },
    ],
    oauth2Config: {
      authorizeUrl: (_z: ZObject, bundle: Bundle) =>
        withZapierErrors(runtime, async () =>
          authorizeUrl({
            baseUrl: settings.gatewayUrl,
            appKey: runtime.appKey().appKey,
            redirectUri: textOf(bundle.inputData.redirect_uri),
            state: textOf(bundle.inputData.state),
            registeredRedirectUri: settings.callbackUrl,
          }),
        ),
      getAccessToken: (z: ZObject, bundle: Bundle) =>
        withZapierErrors(runtime, async () => {
          const redirectUri = textOf(bundle.inputData.redirect_uri) ?? '';
          const code =
            textOf(bundle.inputData.code) ??
            fail(bundle.inputData.error ? 'authorization_denied' : 'authorization_code_missing', {});
          const services = openSignIn(runtime, z);
          const connection = await exchangeCode(code, redirectUri, services);
          const isIntroduced = await introduceShop(services.store, connection.seller_id);
          // Zapier's cache is best effort. For the first day the connection itself says that it is new.
          if (!isIntroduced && hasSharedStore(settings)) fail('budget_unavailable', {});
          return connection;
        }),
      refreshAccessToken: ((z: ZObject, bundle: Bundle) =>
        withRenewalErrors(runtime, () => refreshTokens(bundle.authData, openSignIn(runtime, z)))) as never,
      autoRefresh: true,
    },
  };
}

/** Asks for the credits, which costs none. Only a wrong key breaks the connection, and not a tracker that cannot be asked. */
async function testTracker(tracker: Tracker | undefined): Promise<void> {
  try {
    await tracker?.credits();
  } catch (error) {
    if (!isProblem(error) || isProblem(error, 'tracker_key_refused', 'tracker_ip_not_allowed')) throw error;
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
