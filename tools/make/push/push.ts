/** A push from beginning to end. It changes only what differs, so that the next one completes one that was cut off. */

import { openAccount } from './account.ts';
import type { App } from './app-folder.ts';
import { type Plan, planOf } from './plan.ts';
import { PushError } from './push-error.ts';
import { findApp, readRemote } from './remote.ts';
import type { Wanted } from './step.ts';

export interface PushOptions extends Omit<Wanted, 'app'> {
  app: App;
  /** Undefined where the publisher has none yet. */
  token: string | undefined;
  zone: string;
  appId: string | undefined;
  /** Create an app even if there is one already. */
  newApp: boolean;
  /** Say what would change, and change nothing. */
  dryRun: boolean;
  /** A line for the publisher. */
  say: (line: string) => void;
  sleep: (ms: number) => Promise<void>;
}

/** @throws PushError */
export async function push({
  token,
  zone,
  appId,
  newApp,
  dryRun,
  say,
  sleep,
  ...wanted
}: PushOptions): Promise<void> {
  if (!token) {
    if (!dryRun)
      throw new PushError(
        'MAKE_API_TOKEN is not set. Create a token at Make under Profile > API access, with the scopes sdk-apps:read and sdk-apps:write. With --dry-run none is needed.',
      );
    say('MAKE_API_TOKEN is not set, so nothing is compared. A first push would do this:');
    sayPlan(planOf(wanted, undefined), undefined, say);
    return;
  }
  if (wanted.app.isExample && !dryRun)
    throw new PushError(
      'make/ is the example, which names no real hub. Write it for yours: npm run make:build -- --hub https://…',
    );
  const account = openAccount({
    token,
    zone,
    pause: (ms) => {
      say(`Make asks for fewer requests. Waiting ${Math.ceil(ms / 1000)} seconds.`);
      return sleep(ms);
    },
  });
  const found = newApp ? undefined : await findApp(account, appId);
  if (found !== undefined) say(`Comparing with ${found} in the zone ${zone}`);
  const plan = planOf(wanted, found === undefined ? undefined : await readRemote(account, found, wanted.app));
  if (dryRun) {
    if (plan.steps.length > 0) say('A push would do this:');
    sayPlan(plan, found, say);
    return;
  }
  const { steps, state } = plan;
  for (const [index, step] of steps.entries()) {
    await step.take(account, state);
    say(`${String(index + 1).padStart(String(steps.length).length)}/${steps.length}  ${step.line}`);
    if (index === 0 && found === undefined)
      say(
        `The id of the app is ${state.app}. The blueprints need it: npm run make:build -- --app-id ${state.app} --hub …`,
      );
  }
  sayEnd(plan, state.app, say);
}

function sayPlan(plan: Plan, found: string | undefined, say: (line: string) => void): void {
  for (const { line } of plan.steps) say(`  ${line}`);
  if (plan.steps.length > 0) say(`${countOf(plan)}. Nothing was sent.`);
  sayEnd(plan, plan.steps.length === 0 ? found : undefined, say);
}

const countOf = ({ steps }: Plan): string => (steps.length === 1 ? '1 step' : `${steps.length} steps`);

/** @param done the app that is now as in `make/` */
function sayEnd(plan: Plan, done: string | undefined, say: (line: string) => void): void {
  if (done !== undefined)
    say(
      plan.steps.length === 0
        ? `Nothing to change: ${done} is as in make/.`
        : `Done, ${countOf(plan)}. ${done} is as in make/.`,
    );
  if (plan.left.length > 0) {
    const names = plan.left.map(({ kind, name, fields }) => `${kind} ${name} "${fields.label}"`).join(', ');
    const remedy = plan.isPublished
      ? 'Make removes nothing from a published app. Hide the modules with: npm run make:push -- --prune'
      : 'Remove them with: npm run make:push -- --prune';
    say(`No longer in make/: ${names}. ${remedy}`);
  }
  if (plan.lacksClient)
    say(
      'Sellers cannot sign in yet: set MAKE_CLIENT_ID and MAKE_CLIENT_SECRET to the client that you have registered at the hub, and push again.',
    );
}
