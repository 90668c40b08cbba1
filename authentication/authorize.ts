/** The first step of connecting a shop: the page to which the seller's browser is sent. See docs/aliexpress.md#authorization. */

import { fail } from '../lib/problems.ts';

export interface AuthorizeRequest {
  /** Origin of the gateway. */
  baseUrl: string;
  appKey: string;
  /** The platform's callback URL. */
  redirectUri: string | undefined;
  /** The platform's token against forged callbacks. */
  state: string | undefined;
  /** The callback URL registered in the App Console, where the publisher has set it. */
  registeredRedirectUri?: string | undefined;
}

/** @throws Problem `state_lost`; `redirect_uri_mismatch`, because AliExpress's error page would not name this reason */
export function authorizeUrl(request: AuthorizeRequest): string {
  const { baseUrl, appKey, redirectUri = '', state, registeredRedirectUri } = request;
  if (!state) fail('state_lost', {});
  if (registeredRedirectUri !== undefined && registeredRedirectUri !== redirectUri) {
    fail('redirect_uri_mismatch', { given: redirectUri, registered: registeredRedirectUri });
  }
  const query = new URLSearchParams({
    response_type: 'code',
    force_auth: 'true',
    client_id: appKey,
    redirect_uri: redirectUri,
    state,
  });
  return `${baseUrl}/oauth/authorize?${query}`;
}
