/** The messages of the log that are also said on the terminal, in few words. The others are in the files alone. */

import type { Bilingual } from '../../../problems.ts';
import { cleanText } from './log.ts';

/** `{name}` is a fact of the message. */
export const logLines: Readonly<Record<string, Bilingual>> = {
  'a shop was connected': { en: 'Shop {shop} is connected.', zh: '店铺 {shop} 已连接。' },
  'a shop was removed': { en: 'Shop {shop} was removed.', zh: '店铺 {shop} 已移除。' },
  'a shop must be connected again': {
    en: 'Shop {shop} must be connected again, on the page.',
    zh: '店铺 {shop} 需要在页面上重新连接。',
  },
  'AliExpress has refused the app, no calls are made': {
    en: 'AliExpress has refused the app ({code}), so no calls are made. Check App Key and App Secret.',
    zh: '速卖通拒绝了该应用（{code}），已停止调用。请检查 App Key 和 App Secret。',
  },
  'a visit failed': {
    en: 'Shop {shop}, {feed}: could not be checked ({because}). It is tried again in 5 minutes.',
    zh: '店铺 {shop}，{feed}：查询失败（{because}），5 分钟后重试。',
  },
  'a delivery failed': {
    en: 'Delivery {delivery} failed ({because}).',
    zh: '推送 {delivery} 失败（{because}）。',
  },
  'alerts were not sent': {
    en: 'Alerts could not be sent ({because}).',
    zh: '提醒发送失败（{because}）。',
  },
  'a request failed': {
    en: 'A request to {route} failed ({because}).',
    zh: '请求 {route} 失败（{because}）。',
  },
};

/** @returns undefined where nothing is said */
export function logLine(message: string, facts: Readonly<Record<string, unknown>>): Bilingual | undefined {
  const line = logLines[message];
  if (!line) return undefined;
  const filled = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => cleanText(String(facts[name] ?? '–')));
  return { en: filled(line.en), zh: filled(line.zh) };
}
