/**
 * One line for each call to AliExpress in the log of Zapier, which the publisher reads under Monitoring: the method, the
 * outcome and the budget. The requests themselves are logged by core without their contents.
 */

import type { Gateway } from '../../aliexpress/gateway.ts';
import { isProblem } from '../../problems.ts';

export interface CallLog {
  log(line: string): void;
  /** The calls of today after the last claim, such as "13 of 200 calls today"; undefined before a claim. */
  budget(): string | undefined;
}

/** A gateway that tells how each of its calls has ended. */
export const logged = <Lane>(gateway: Gateway<Lane>, { log, budget }: CallLog): Gateway<Lane> => ({
  call: async (method, request, options) => {
    let paid: string | undefined;
    const tell = (outcome: string) => log([`${method.name}: ${outcome}`, paid].filter(Boolean).join('; '));
    const onPaid = () => {
      paid = budget();
      options.onPaid?.();
    };
    try {
      const answer = await gateway.call(method, request, { ...options, onPaid });
      tell('answered');
      return answer;
    } catch (error) {
      // A problem's facts may repeat what AliExpress has answered; its kind does not.
      tell(isProblem(error) ? error.kind : 'failed');
      throw error;
    }
  },
});
