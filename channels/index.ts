/** All channels. Written by `npm run docs`: add a file, not a line. */

import type { ChannelDeclaration } from '../lib/channels/channel.ts';
import dingtalk from './dingtalk.ts';
import feishu from './feishu.ts';

export const channels: readonly ChannelDeclaration[] = [
  dingtalk,
  feishu,
];
