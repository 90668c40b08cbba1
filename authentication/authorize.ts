/** The first step of connecting a shop: the page to which the seller's browser is sent. See docs/aliexpress.md#authorization. */

import { fail } from '../lib/problems.ts';

export interface AuthorizeRequest {
  /** Origin of the gateway. */
  baseUrl: string;
  appKey: string;
  /** Where the platform wants the seller to come back to. */
  redirectUri: string | undefined;
  /** The platform's own token against forged answers. */
  state: string | undefined;
  /** The callback URL registered in the App Console, where the publisher has told us. */
  registeredRedirectUri?: string | undefined;
}

/** @throws Problem `state_lost`; `redirect_uri_mismatch`, before the seller sees an error page that does not say so */
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
