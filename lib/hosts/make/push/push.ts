/**
 * A push from beginning to end. Changes only what differs, so a second push changes nothing, and one that was cut off
 * is completed by the next.
 */

import { readAppFiles } from './app-files.ts';
import { deploy } from './deploy.ts';
import { makeApi } from './make-api.ts';
import { describe, type Plan, plan } from './plan.ts';
import { PushError } from './push-error.ts';
import { findApp, NEW_APP, readRemote, VERSION } from './remote.ts';
import { readSettings } from './settings.ts';

export interface PushOptions {
  /** Where `makecomapp.json` lies. */
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Say what would change, and change nothing. */
  dryRun: boolean;
  /** A line for the publisher. */
  say: (line: string) => void;
  sleep: (ms: number) => Promise<void>;
}

/** @throws PushError or Problem `bad_setting`, whose message names what to change */
export async function push({ folder, env, dryRun, say, sleep }: PushOptions): Promise<void> {
  const settings = readSettings(env);
  const app = readAppFiles(folder);
  const { account, common } = settings;
  if (!account) {
    if (!dryRun) {
      throw new PushError(
        'MAKE_API_KEY is missing. Create a key at Make under Profile → API, with the scopes sdk-apps:read and sdk-apps:write, and set it in the environment or in .env. With --dry-run no key is needed.',
      );
    }
    say('Without MAKE_API_KEY nothing is compared; a first push would take these steps:');
    sayPlan(plan(app, common), say);
    return;
  }
  const api = makeApi({
    account,
    secrets: settings.secrets,
    pause: (ms) => {
      say(`Make asks for fewer requests; waiting ${Math.ceil(ms / 1000)} seconds …`);
      return sleep(ms);
    },
  });
  const found = await findApp(api, settings.appId);
  if (found !== undefined) say(`Reading ${found}, version ${VERSION}, on ${api.zone} …`);
  const remote = found === undefined ? undefined : await readRemote(api, found, app);
  const planned = plan(app, common, remote);
  if (dryRun) {
    if (planned.steps.length > 0) say('A push would take these steps:');
    sayPlan(planned, say);
  } else {
    const digits = String(planned.steps.length).length;
    await deploy({
      api,
      plan: planned,
      appId: found,
      onCreated: (id) => say(sentenceAbout(id)),
      onDone: (step, number) =>
        say(`${String(number).padStart(digits)}/${planned.steps.length}  ${describe(step)}`),
    });
  }
  if (found !== undefined && planned.steps.length === 0) {
    say(`Nothing to change: ${found} on ${api.zone} is as make/ says.`);
  } else if (!dryRun) {
    say(`Done: ${planned.steps.length} ${planned.steps.length === 1 ? 'step' : 'steps'}.`);
  }
  if (found !== undefined && settings.appId === undefined) say(sentenceAbout(found));
  sayLoose(planned, say);
}

const sentenceAbout = (appId: string): string => `The app is called ${appId}: set MAKE_APP_ID=${appId}.`;

function sayPlan({ steps }: Plan, say: (line: string) => void): void {
  for (const step of steps) {
    say(
      step.do === 'create app'
        ? `  app: create (${NEW_APP.name}-…, "${NEW_APP.label}", private)`
        : `  ${describe(step)}`,
    );
  }
  if (steps.length > 0) say(`${steps.length} ${steps.length === 1 ? 'step' : 'steps'}; nothing was sent.`);
}

/** What a push does not settle. */
function sayLoose({ leftAlone, lacking }: Plan, say: (line: string) => void): void {
  if (leftAlone.length > 0) {
    say(
      `Left alone, because make/ has them no longer: ${leftAlone.join(', ')}. A module that is public cannot be deleted; hide or delete others at Make.`,
    );
  }
  if (lacking.length > 0) {
    say(
      `The app does not work yet without ${lacking.join(', ')}: set them and push again, or fill in the common data at Make.`,
    );
  }
}
