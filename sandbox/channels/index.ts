/** All simulators of messengers. Written by `npm run docs`: add a file, not a line. */

import dingtalk from './dingtalk.ts';
import feishu from './feishu.ts';

export const simulators = {
  dingtalk,
  feishu,
};
