/** The health level of a shop in words. The higher the level, the worse. See docs/aliexpress.md#shop. */

import { inLanguage } from './bilingual.ts';

const levels = {
  0: { en: 'healthy', zh: '健康' },
  100: { en: 'average', zh: '一般' },
  200: { en: 'serious', zh: '严重' },
  300: { en: 'frozen', zh: '冻结' },
  400: { en: 'closed', zh: '关闭' },
};

export const healthLevelNames = inLanguage(levels, 'en');
export const healthLevelNamesZh = inLanguage(levels, 'zh');
