/** Alerts about shops and their subscriptions for which the owner has to do something. */

import { type Problem, sentencesOf } from '../../../problems.ts';
import { alertsIn } from '../alerts/alerts.ts';
import type { Subscription } from '../events/subscriptions.ts';
import type { HubRuntime } from '../runtime.ts';

type Runtime = Pick<HubRuntime, 'database' | 'clock'>;

const signInKey = (shop: string): string => `sign_in ${shop}`;
const pausedKey = (subscription: string): string => `paused ${subscription}`;

export function reportSignIn({ database, clock }: Runtime, shop: string, problem: Problem): void {
  alertsIn(database).raise({ key: signInKey(shop), shop, text: sentencesOf(problem) }, clock.now());
}

/** The shop is connected again. */
export const endSignIn = ({ database }: Runtime, shop: string): void =>
  alertsIn(database).clear(signInKey(shop));

const APP_KEY = 'app_key_refused';

/** No calls are made for any shop. */
export function reportAppRefused({ database, clock }: Runtime, problem: Problem): void {
  alertsIn(database).raise({ key: APP_KEY, text: sentencesOf(problem) }, clock.now());
}

/** Calls are made again. If AliExpress still refuses the app, that is reported anew. */
export const endAppRefused = ({ database }: Runtime): void => alertsIn(database).clear(APP_KEY);

export function reportPaused(
  { database, clock }: Runtime,
  { id, shop, trigger }: Subscription,
  problem: Problem,
): void {
  const { en, zh } = sentencesOf(problem);
  const text = {
    en: `The subscription to ${trigger} is paused: ${en}`,
    zh: `${trigger} 的订阅已暂停：${zh}`,
  };
  alertsIn(database).raise({ key: pausedKey(id), shop, text }, clock.now());
}
