/** The pages by which the owner of the hub gets in: with the set-up token at first, then with an admin key. */

import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { fail } from '../../../problems.ts';
import { endSession, requireAdmin, startSession } from '../access/admins.ts';
import { keysIn } from '../access/keys.ts';
import { useSetUpToken } from '../access/set-up.ts';
import type { HubServices } from '../api/services.ts';
import { html } from './html.ts';
import { both, sendPage } from './layout.ts';

const SET_UP = { zh: '首次设置', en: 'Set up the hub' };
const SIGN_IN = { zh: '登录', en: 'Sign in' };

const tokenSchema = z.object({ token: z.string().default('') });
const keySchema = z.object({ key: z.string().trim().default('') });

export function mountSignIn(server: FastifyInstance, { runtime }: HubServices): void {
  const { database, clock } = runtime;
  // Opening the link changes nothing: programs that preview links would use it up.
  server.get('/set-up', async (request, reply) => {
    const { token } = tokenSchema.parse(request.query);
    return sendPage(
      reply,
      SET_UP,
      html`<form method="post" action="/set-up"><input type="hidden" name="token" value="${token}">
<p>${both({
        zh: '点击后将显示管理密钥，仅显示一次。',
        en: 'The next page shows the admin key, which is shown once.',
      })}</p>
<button>开始 Start</button></form>`,
    );
  });

  server.post('/set-up', async (request, reply) => {
    const { token } = tokenSchema.parse(request.body ?? {});
    const key = useSetUpToken(database, token, clock.now());
    startSession(runtime, reply);
    return sendPage(
      reply,
      SET_UP,
      html`<p>${both({
        zh: '请保存管理密钥。在其他浏览器登录或调用管理接口时需要它：',
        en: 'Keep the admin key. It signs in other browsers, and programs that manage the hub:',
      })}</p>
<p><code id="admin-key">${key}</code></p>
<p><a class="button" href="/">进入页面 Go to the page</a></p>`,
    );
  });

  server.get('/sign-in', async (_request, reply) =>
    sendPage(
      reply,
      SIGN_IN,
      html`<form method="post" action="/sign-in">
<p><label>${both({ zh: '管理密钥', en: 'Admin key' })}<input type="password" name="key" autocomplete="current-password" required></label></p>
<button>登录 Sign in</button></form>
<p>${both({
        zh: '忘记密钥？在服务所在的文件夹运行 npm run hub -- admin-key。',
        en: 'Lost it? Run "npm run hub -- admin-key" in the folder of the hub.',
      })}</p>`,
    ),
  );

  server.post('/sign-in', async (request, reply) => {
    const { key } = keySchema.parse(request.body ?? {});
    if (keysIn(database).find(key, clock.now())?.kind !== 'admin') fail('key_refused', {});
    startSession(runtime, reply);
    return reply.redirect('/', 303);
  });

  server.post('/sign-out', async (request, reply) => {
    requireAdmin(runtime, request);
    endSession(runtime, request, reply);
    return reply.redirect('/sign-in', 303);
  });
}
