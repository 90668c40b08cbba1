/** Feishu's bot signature: the key is `timestamp + "\n" + secret`, the message is empty. [facts C.2] */

import { createHmac } from 'node:crypto';

/** @param timestamp seconds since 1970, as text */
export const signFeishu = (timestamp: string, secret: string): string =>
  createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64');
