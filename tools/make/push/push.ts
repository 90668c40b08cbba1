/** A push from beginning to end. It changes only what differs, so that the next one completes one that was cut off. */

import type { Bilingual } from '../../../lib/problems.ts';
import type { Terminal } from '../../../lib/terminal.ts';
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
  say: Terminal['say'];
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
      throw new PushError({
        en: 'MAKE_API_TOKEN is not set. Create a token at Make under Profile > API access, with the scopes sdk-apps:read and sdk-apps:write. With --dry-run none is needed.',
        zh: '未设置 MAKE_API_TOKEN。请在 Make 的 Profile > API access 创建 token，权限选 sdk-apps:read 和 sdk-apps:write。使用 --dry-run 时不需要。',
      });
    say({
      en: 'MAKE_API_TOKEN is not set, so nothing is compared. A first push would do this:',
      zh: '未设置 MAKE_API_TOKEN，因此不作比较。首次推送的步骤如下：',
    });
    sayPlan(planOf(wanted, undefined), undefined, say);
    return;
  }
  if (wanted.app.isExample && !dryRun)
    throw new PushError({
      en: 'make/ is the example, which names no real hub. Write it for yours: npm run make:build -- --hub https://…',
      zh: 'make/ 是示例，没有真实的中转服务地址。请为你的中转服务生成：npm run make:build -- --hub https://…',
    });
  const account = openAccount({
    token,
    zone,
    pause: (ms) => {
      const seconds = Math.ceil(ms / 1000);
      say({
        en: `Make asks for fewer requests. Waiting ${seconds} seconds.`,
        zh: `Make 要求减少请求，等待 ${seconds} 秒。`,
      });
      return sleep(ms);
    },
  });
  const found = newApp ? undefined : await findApp(account, appId);
  if (found !== undefined)
    say({ en: `Comparing with ${found} in the zone ${zone}`, zh: `与区域 ${zone} 中的 ${found} 比较` });
  const plan = planOf(wanted, found === undefined ? undefined : await readRemote(account, found, wanted.app));
  if (dryRun) {
    if (plan.steps.length > 0) say({ en: 'A push would do this:', zh: '推送的步骤如下：' });
    sayPlan(plan, found, say);
    return;
  }
  const { steps, state } = plan;
  for (const [index, step] of steps.entries()) {
    await step.take(account, state);
    const count = `${String(index + 1).padStart(String(steps.length).length)}/${steps.length}`;
    say({ en: `${count}  ${step.line.en}`, zh: `${count}  ${step.line.zh}` });
    if (index === 0 && found === undefined)
      say({
        en: `The id of the app is ${state.app}. The blueprints need it: npm run make:build -- --app-id ${state.app} --hub …`,
        zh: `应用编号为 ${state.app}，蓝图文件需要它：npm run make:build -- --app-id ${state.app} --hub …`,
      });
  }
  sayEnd(plan, state.app, say);
}

function sayPlan(plan: Plan, found: string | undefined, say: Terminal['say']): void {
  for (const { line } of plan.steps) say({ en: `  ${line.en}`, zh: `  ${line.zh}` });
  if (plan.steps.length > 0)
    say({ en: `${countOf(plan)}. Nothing was sent.`, zh: `共 ${plan.steps.length} 步。未发送任何内容。` });
  sayEnd(plan, plan.steps.length === 0 ? found : undefined, say);
}

const countOf = ({ steps }: Plan): string => (steps.length === 1 ? '1 step' : `${steps.length} steps`);

/** @param done the app that is now as in `make/` */
function sayEnd(plan: Plan, done: string | undefined, say: Terminal['say']): void {
  if (done !== undefined)
    say(
      plan.steps.length === 0
        ? {
            en: `Nothing to change: ${done} is as in make/.`,
            zh: `没有需要更新的内容：${done} 与 make/ 一致。`,
          }
        : {
            en: `Done, ${countOf(plan)}. ${done} is as in make/.`,
            zh: `已完成，共 ${plan.steps.length} 步。${done} 与 make/ 一致。`,
          },
    );
  if (plan.left.length > 0) {
    const names = plan.left.map(({ kind, name, fields }) => `${kind} ${name} "${fields.label}"`).join(', ');
    const remedy: Bilingual = plan.isPublished
      ? {
          en: 'Make removes nothing from a published app. Hide the modules with: npm run make:push -- --prune',
          zh: 'Make 不会从已发布的应用中删除内容。可隐藏这些模块：npm run make:push -- --prune',
        }
      : {
          en: 'Remove them with: npm run make:push -- --prune',
          zh: '删除它们：npm run make:push -- --prune',
        };
    say({ en: `No longer in make/: ${names}. ${remedy.en}`, zh: `make/ 中已没有：${names}。${remedy.zh}` });
  }
  if (plan.lacksClient)
    say({
      en: 'Sellers cannot sign in yet: set MAKE_CLIENT_ID and MAKE_CLIENT_SECRET to the client that you have registered at the hub, and push again.',
      zh: '卖家还不能登录：请把 MAKE_CLIENT_ID 和 MAKE_CLIENT_SECRET 设为在中转服务登记的客户端，然后重新推送。',
    });
}
