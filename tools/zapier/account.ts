/** The publisher's integration and login, as Zapier's command line tool keeps them. */

import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { root } from './project.ts';
import { SetupError } from './setup-error.ts';

const DEPLOY_KEYS = 'https://developer.zapier.com/partner-settings/deploy-keys/';

const linkSchema = z.object({ id: z.number().int() });

/**
 * @param folder of the project
 * @returns the content of `.zapierapprc`
 */
export function readLink(env: NodeJS.ProcessEnv, folder = root): string {
  const file = resolve(folder, env.ZAPIER_CURRENT_APP_FILE ?? '.zapierapprc');
  return existsSync(file) ? readFileSync(file, 'utf8') : '{}';
}

/** @throws SetupError where a push would have nowhere to go */
export function requireAccount(link: string, env: NodeJS.ProcessEnv) {
  if (!linkSchema.safeParse(parseJson(link)).success)
    throw new SetupError({
      en: `This folder is not connected to an integration on Zapier: .zapierapprc has no "id".
For a new integration:        npm run zapier -- register "AliExpress Seller" --audience private --category ecommerce
For one that exists already:  npm run zapier -- link`,
      zh: `本文件夹尚未关联 Zapier 集成：.zapierapprc 中没有 "id"。
注册新的集成：    npm run zapier -- register "AliExpress Seller" --audience private --category ecommerce
关联已有的集成：  npm run zapier -- link`,
    });
  const login = env.ZAPIER_AUTH_LOCATION ?? join(homedir(), '.zapierrc');
  if (!env.ZAPIER_DEPLOY_KEY && !existsSync(login))
    throw new SetupError({
      en: `You are not logged in to Zapier.
On your own machine:  npm run zapier -- login
In CI:                set ZAPIER_DEPLOY_KEY to a deploy key from ${DEPLOY_KEYS}`,
      zh: `尚未登录 Zapier。
在自己的电脑上：  npm run zapier -- login
在 CI 中：        把 ZAPIER_DEPLOY_KEY 设为部署密钥（deploy key），创建地址：${DEPLOY_KEYS}`,
    });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
