/** A seller's sign-in at AliExpress: the address it begins at, and the address the browser comes back with. */

import { authorizeUrl } from '../../../../authentication/authorize.ts';
import { fail, isProblem, isTransient } from '../../../problems.ts';
import type { HubServices } from '../api/services.ts';
import { keepPresets } from '../recipes/presets.ts';
import type { HubRuntime } from '../runtime.ts';
import { addressesOf } from '../settings.ts';
import { connectShop } from './connect.ts';
import type { ShopRow } from './shops.ts';
import { type Purpose, signInsIn } from './sign-ins.ts';

export const CALLBACK_PATH = '/aliexpress/callback';
/** Takes the address that a seller has pasted while a client is connected. */
export const PASTE_PATH = '/oauth/pasted';

export interface SignInStart {
  /** Comes back with the browser. */
  state: string;
  /** Where the seller signs in. */
  address: string;
  /** Whether the browser comes back to the hub. Otherwise the address that it ends at is pasted. */
  returnsHere: boolean;
}

/** How a sign-in has ended. */
export type Return = { purpose: Purpose } & ({ shop: ShopRow } | { error: unknown });

type Addressed = Pick<HubRuntime, 'settings' | 'hub'>;

/** The callback that is registered at AliExpress: the hub's own, unless the settings name another one. */
export const callbackOf = ({ settings, hub }: Addressed): string =>
  settings.callbackUrl ?? addressesOf(hub).public + CALLBACK_PATH;

/**
 * Whether the callback leads to the hub from where the seller's browser runs: the one that shows the page runs on this
 * machine, that of a client's seller may run anywhere.
 */
export function returnsHere(runtime: Addressed, purpose: Purpose['kind'] = 'page'): boolean {
  const { hub } = runtime;
  const port = hub.publicUrl ? hub.publicPort : hub.port;
  const ofThisMachine = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
  const origins = [addressesOf(hub).public, ...(purpose === 'page' ? ofThisMachine : [])];
  return origins.some((origin) => origin + CALLBACK_PATH === callbackOf(runtime));
}

/** @param browser the secret of the browser that must come back; empty where another one may */
export function beginSignIn(runtime: HubRuntime, purpose: Purpose, browser = ''): SignInStart {
  const { database, clock } = runtime;
  const state = signInsIn(database).begin({ purpose, browser, createdAt: clock.now() });
  return {
    state,
    address: signInAddress(runtime, state),
    returnsHere: returnsHere(runtime, purpose.kind),
  };
}

/** Where the seller signs in. */
export function signInAddress(runtime: HubRuntime, state: string): string {
  const { settings, appKey } = runtime;
  const redirectUri = callbackOf(runtime);
  return authorizeUrl({ baseUrl: settings.gatewayUrl, appKey: appKey.appKey, redirectUri, state });
}

/**
 * Connects the shop. A return that is not that of a sign-in under way changes nothing, so the seller's own is still
 * accepted.
 * @param answer the parameters of the address that the browser came back to
 * @throws Problem `state_lost`, `authorization_code_missing`
 */
export async function finishSignIn(
  { runtime, scheduler }: HubServices,
  answer: URLSearchParams,
  browser = '',
): Promise<Return> {
  const { database, clock, log } = runtime;
  const signIns = signInsIn(database);
  const state = answer.get('state') ?? '';
  const code = answer.get('code') ?? '';
  if (!code && !answer.has('error')) return fail('authorization_code_missing', {});
  const signIn =
    signIns.take(state, browser, clock.now()) ??
    signIns.take(state, '', clock.now()) ??
    fail('state_lost', {});
  const { purpose } = signIn;
  try {
    if (!code) fail('authorization_denied', {});
    const shop = await connectShop(runtime, code, callbackOf(runtime));
    keepPresets(runtime);
    log('a shop was connected', { shop: shop.id });
    scheduler.wake(shop.id);
    return { purpose, shop };
  } catch (error) {
    if (isProblem(error) && isTransient(error.kind)) signIns.putBack(state, signIn);
    return { purpose, error };
  }
}

/**
 * The parameters of an address that a person has pasted.
 * @throws Problem `bad_input` for any other address or text
 */
export function pastedAnswer(pasted: string): URLSearchParams {
  const text = pasted.trim();
  const answer = URL.canParse(text) ? new URL(text).searchParams : new URLSearchParams();
  return answer.has('code') || answer.has('error')
    ? answer
    : fail('bad_input', { field: PASTED, allowed: END_OF_SIGN_IN });
}

const PASTED = { en: 'address', zh: '网址' };
const END_OF_SIGN_IN = {
  en: 'the whole address at which the browser has ended after you agreed; it contains "code="',
  zh: '同意授权后浏览器最后停留的完整网址，其中含有 code=',
};
