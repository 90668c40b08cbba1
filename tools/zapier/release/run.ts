/** Leads through a release, from the step where the last start ended; or runs one step alone. */

import { forgetProgress, saveProgress } from './progress.ts';
import type { Outcome, Release, Step } from './step.ts';
import { STEPS } from './steps.ts';
import { promotedIn, readVersions } from './versions.ts';

/** Runs the steps that are left. */
export async function runRelease(release: Release): Promise<void> {
  const { talk, options, progress } = release;
  const from = progress.from === undefined ? 'the first one' : `after ${progress.from}`;
  talk.say(`Release of version ${progress.to}, ${from}.${options.isDryRun ? ' Nothing is changed.' : ''}`);
  for (const [at, step] of STEPS.entries()) {
    const title = `${at + 1}/${STEPS.length} ${step.key}`;
    if (progress.done.includes(step.key)) talk.say(`${title}: done before`);
    else {
      talk.say(`\n${title}: ${step.says}`);
      if (!(await completes(release, step))) return talk.say('\nContinue with: npm run zapier:release');
    }
  }
  if (options.isDryRun) return;
  forgetProgress(release.folder);
  talk.say(`\nVersion ${progress.to} is released. Commit package.json, CHANGELOG.md and .zapierapprc.`);
  if (progress.from === undefined)
    talk.say('Now register the redirect URL and invite sellers: docs/zapier-publishing.md');
}

/** Whether the release can go on with the next step. */
async function completes(release: Release, step: Step): Promise<boolean> {
  const { folder, talk, tool, options, progress } = release;
  // A private integration is published by asking for it, not by every release.
  if (step.key === 'promote' && !promotedIn(await readVersions(tool))) {
    talk.say('  The integration is private: users have the versions to which they are invited.');
    return true;
  }
  const outcome = await step.run(release);
  if (outcome === 'quit') return false;
  if (isComplete(step, outcome)) progress.done.push(step.key);
  if (!options.isDryRun) saveProgress(folder, progress);
  if (outcome !== 'wait') return true;
  if (!(await goesOn(release))) return false;
  return isComplete(step, outcome) || completes(release, step);
}

/** A migration that waits has moved a part of the users. The same step moves the others. */
const isComplete = ({ key }: Step, outcome: Outcome): boolean => outcome !== 'wait' || key !== 'migrate';

/** Without questions, a release stops where somebody should look. */
async function goesOn({ talk, options }: Release): Promise<boolean> {
  if (options.isDryRun) return true;
  if (options.isYes) return false;
  return (await talk.confirm('  Go on now?')) === 'yes';
}

/** Runs one step alone. What it has done counts when the release goes on. */
export async function runStep(release: Release, step: Step): Promise<void> {
  const { folder, talk, options, progress } = release;
  talk.say(`${step.key}: ${step.says}`);
  const outcome = await step.run(release);
  if (options.isDryRun || outcome === 'quit' || step.key === 'deprecate') return;
  if (step.key === 'rollback') return outcome === 'done' ? forgetProgress(folder) : undefined;
  if (outcome !== 'skipped' && isComplete(step, outcome)) progress.done.push(step.key);
  saveProgress(folder, progress);
}
