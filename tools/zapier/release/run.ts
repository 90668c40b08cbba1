/** Leads through a release, from the step where the last start ended; or runs one step alone. */

import { forgetProgress, saveProgress } from './progress.ts';
import type { Outcome, Release, Step } from './step.ts';
import { STEPS } from './steps.ts';
import { promotedIn, readVersions } from './versions.ts';

/** Runs the steps that are left. */
export async function runRelease(release: Release): Promise<void> {
  const { talk, options, progress } = release;
  const { from, to } = progress;
  talk.say({
    en: `Release of version ${to}, ${from === undefined ? 'the first one' : `after ${from}`}.${options.isDryRun ? ' Nothing is changed.' : ''}`,
    zh: `发布版本 ${to}（${from === undefined ? '首次发布' : `上一版本 ${from}`}）。${options.isDryRun ? '只显示命令，不作任何改动。' : ''}`,
  });
  for (const [at, step] of STEPS.entries()) {
    const title = `${at + 1}/${STEPS.length} ${step.key}`;
    if (progress.done.includes(step.key)) talk.say({ en: `${title}: done before`, zh: `${title}：已完成` });
    else {
      talk.say({ en: `\n${title}: ${step.says.en}`, zh: `\n${title}：${step.says.zh}` });
      if (!(await completes(release, step)))
        return talk.say({
          en: '\nContinue with: npm run zapier:release',
          zh: '\n继续发布：npm run zapier:release',
        });
    }
  }
  if (options.isDryRun) return;
  forgetProgress(release.folder);
  talk.say({
    en: `\nVersion ${progress.to} is released. Commit package.json, CHANGELOG.md and .zapierapprc.`,
    zh: `\n版本 ${progress.to} 已发布。请把 package.json、CHANGELOG.md 和 .zapierapprc 提交到 git。`,
  });
  if (from === undefined)
    talk.say({
      en: 'Now register the redirect URL and invite sellers: docs/zapier-publishing.md',
      zh: '接下来请登记回调地址并邀请卖家：docs/zapier-publishing.zh-CN.md',
    });
}

/** Whether the release can go on with the next step. */
async function completes(release: Release, step: Step): Promise<boolean> {
  const { folder, talk, tool, options, progress } = release;
  // A private integration is published by asking for it, not by every release.
  if (step.key === 'promote' && !promotedIn(await readVersions(tool))) {
    talk.say({
      en: '  The integration is private: users have the versions to which they are invited.',
      zh: '  集成是私有的：用户只能使用受邀的版本。',
    });
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
  return (await talk.confirm({ en: '  Go on now?', zh: '  现在继续吗？' })) === 'yes';
}

/** Runs one step alone. What it has done counts when the release goes on. */
export async function runStep(release: Release, step: Step): Promise<void> {
  const { folder, talk, options, progress } = release;
  talk.say({ en: `${step.key}: ${step.says.en}`, zh: `${step.key}：${step.says.zh}` });
  const outcome = await step.run(release);
  if (options.isDryRun || outcome === 'quit' || step.key === 'deprecate') return;
  if (step.key === 'rollback') return outcome === 'done' ? forgetProgress(folder) : undefined;
  if (outcome !== 'skipped' && isComplete(step, outcome)) progress.done.push(step.key);
  saveProgress(folder, progress);
}
