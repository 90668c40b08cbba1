/** The message in which the alert channel tells of alerts, in both languages. */

import { literalText } from '../../../pack/foreign-text.ts';
import type { Alert } from './alerts.ts';

/** The texts are ours, and what others wrote in them is literal already. */
const escaped = (text: string): string => text.replace(/[*_\\]/g, '\\$&');

/** @param nameOf the name of a shop, as AliExpress returns it */
export function messageOf(
  alerts: readonly Pick<Alert, 'shop' | 'text'>[],
  nameOf: (shop: string) => string | undefined,
): { title: string; text: string } {
  const count = alerts.length > 1 ? [`（${alerts.length} 条）`, ` (${alerts.length})`] : ['', ''];
  return {
    title: `中转服务提醒${count[0]} · Hub alert${count[1]}`,
    text: alerts
      .map(({ shop, text: { zh, en } }) => {
        const name = literalText((shop === undefined ? undefined : nameOf(shop)) ?? '');
        const head = name === '' ? [] : [`**${name}**`];
        return [...head, escaped(zh), escaped(en)].join('\n');
      })
      .join('\n\n'),
  };
}
