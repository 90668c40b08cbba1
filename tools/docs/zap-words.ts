/** What the pages on setting up a Zap have in common: those of recipes, and those of Zap templates. */

import type { Bilingual } from '../../lib/problems.ts';

/** The app as the editor shows it. */
export const APP = 'AliExpress Seller';

export const ZAP_WORDS = {
  chooseTrigger: {
    en: `Create a Zap. Choose the app **${APP}**, the event **{label}**, and your shop ([how to connect it](../../README.md#for-a-seller)).`,
    zh: `新建流程（Zapier 中称 Zap）：应用选 **${APP}**，事件选 **{label}**（{label_zh}），再选择店铺（[如何连接](../../README.zh-CN.md#卖家)）。`,
  },
  field: { en: 'field', zh: '字段' },
  value: { en: 'value', zh: '填写' },
  noInputs: { en: 'No fields to fill in.', zh: '无需填写。' },
  turnOn: { en: 'Test and turn on', zh: '测试并启用' },
} as const satisfies Record<string, Bilingual>;
