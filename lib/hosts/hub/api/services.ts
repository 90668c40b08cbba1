/** What the routes work with. */

import type { PushTopic } from '../../../aliexpress/push.ts';
import type { AlertSender } from '../alerts/sender.ts';
import type { Deliverer } from '../deliveries/deliverer.ts';
import type { HubRuntime } from '../runtime.ts';
import type { Loop } from '../schedule/loop.ts';
import type { Scheduler } from '../schedule/scheduler.ts';
import type { Targets } from '../webhooks/targets.ts';

export interface HubServices {
  runtime: HubRuntime;
  scheduler: Scheduler;
  deliverer: Deliverer;
  targets: Targets;
  alertSender: AlertSender;
  retention: Loop;
  /** How many messages of each topic AliExpress has pushed, and how many the trackers of parcels. */
  pushes: Map<PushTopic | 'unknown_shop' | 'tracker', number>;
}
