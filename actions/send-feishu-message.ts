import feishu from '../channels/feishu.ts';
import { messageAction } from '../lib/channels/action.ts';

export default messageAction(feishu);
