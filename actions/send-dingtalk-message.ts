import dingtalk from '../channels/dingtalk.ts';
import { messageAction } from '../lib/channels/action.ts';

export default messageAction(dingtalk);
