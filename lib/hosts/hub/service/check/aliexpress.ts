/**
 * AliExpress: whether it is reached, what time it has, and whether it accepts the app. An authorization code that cannot
 * exist is redeemed, because that needs no shop and uses none of a shop's calls.
 */

import { exchangeCode } from '../../../../../authentication/tokens.ts';
import { createGateway, type Gateway } from '../../../../aliexpress/gateway.ts';
import { MAX_CLOCK_ERROR_MS, serverTime, type TimeMemo } from '../../../../aliexpress/server-time.ts';
import type { Transport } from '../../../../http/transport.ts';
import { type Bilingual, CLOCK_DIRECTIONS, isProblem, Problem } from '../../../../problems.ts';
import { type Clock, MINUTE, SECOND } from '../../../../runtime.ts';
import type { AppKey, Settings } from '../../../../settings.ts';
import { examine, type Finding, failedBecause, fine, skipped } from './finding.ts';

const SUBJECTS = {
  gateway: { en: 'AliExpress', zh: '速卖通' },
  clock: { en: 'Clock', zh: '时钟' },
  app: { en: 'App key and secret', zh: 'App Key 和 App Secret' },
};
const NOT_REACHED = { en: 'AliExpress must be reached first', zh: '需先连通速卖通' };

export interface AliExpressServices {
  settings: Settings;
  appKey: AppKey;
  clock: Clock;
  /** What is measured of AliExpress's time. */
  memo: TimeMemo;
  transport: Transport;
}

export async function* aliexpressFindings(services: AliExpressServices): AsyncGenerator<Finding> {
  const { settings, clock: host, memo } = services;
  const { clock, measuring, offset } = serverTime(host, memo);
  const gateway: Gateway<'interactive'> = createGateway({
    baseUrl: settings.gatewayUrl,
    ...services.appKey,
    transport: measuring(services.transport),
    clock,
  });
  const problem = await exchangeCode('check', settings.gatewayUrl, { gateway, clock }).then(
    () => undefined,
    (error: unknown) => {
      if (!isProblem(error)) throw error;
      return error;
    },
  );
  if (problem?.is('aliexpress_unreachable')) {
    yield failedBecause(SUBJECTS.gateway, problem);
    yield skipped(SUBJECTS.clock, NOT_REACHED);
    yield skipped(SUBJECTS.app, NOT_REACHED);
    return;
  }
  const name = new URL(settings.gatewayUrl).host;
  yield fine(SUBJECTS.gateway, { en: `${name} answers`, zh: `${name} 可连通` });
  yield await examine(SUBJECTS.clock, () => agreement(offset() ?? 0));
  yield await examine(SUBJECTS.app, () => {
    if (problem && !problem.is('code_refused', 'clock_wrong')) throw problem;
    return { en: 'accepted by AliExpress', zh: '速卖通已接受' };
  });
}

/** @throws Problem `clock_wrong` */
function agreement(aheadMs: number): Bilingual {
  if (Math.abs(aheadMs) > MAX_CLOCK_ERROR_MS)
    throw new Problem('clock_wrong', {
      minutes: Math.round(Math.abs(aheadMs) / MINUTE),
      direction: CLOCK_DIRECTIONS[aheadMs > 0 ? 'slow' : 'fast'],
    });
  const seconds = Math.round(Math.abs(aheadMs) / SECOND);
  return { en: `${seconds} s from that of AliExpress`, zh: `与速卖通相差 ${seconds} 秒` };
}
