/** The pages by which the owner of the hub gets in: with the set-up token at first, then with an admin key. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import { type Bilingual, isProblem, Problem } from '../../../problems.ts';
import { endSession, requireAdmin, startSession } from '../access/admins.ts';
import { isSetUpToken, useSetUpToken } from '../access/set-up.ts';
import { problemBodyOf } from '../api/problems.ts';
import type { HubServices } from '../api/services.ts';
import { type Html, html } from './html.ts';
import { both, sendPage } from './layout.ts';
import { notice } from './parts.ts';

const SET_UP = { zh: '首次设置', en: 'Set up the hub' };
const SIGN_IN = { zh: '登录', en: 'Sign in' };

/** What is no text counts as missing. */
const tokenSchema = z.object({ token: z.string().catch('') }).catch({ token: '' });
const keySchema = z.object({ key: z.string().trim().catch('') }).catch({ key: '' });

export function mountSignIn(server: FastifyInstance, { runtime }: HubServices): void {
  const { database, clock } = runtime;
  // Opening the link changes nothing: programs that preview links would use it up.
  server.get('/set-up', async (request, reply) => {
    const { token } = tokenSchema.parse(request.query);
    return isSetUpToken(database, token)
      ? sendPage(reply, SET_UP, setUpForm(token))
      : sendRefusal(reply, new Problem('set_up_refused', {}));
  });

  server.post('/set-up', async (request, reply) => {
    const { token } = tokenSchema.parse(request.body ?? {});
    try {
      const key = useSetUpToken(database, token, clock.now());
      startSession(runtime, reply, key);
      return sendPage(reply, SET_UP, adminKey(key));
    } catch (error) {
      if (!isProblem(error, 'set_up_refused')) throw error;
      return sendRefusal(reply, error);
    }
  });

  server.get('/sign-in', async (_request, reply) => sendPage(reply, SIGN_IN, signInForm()));

  server.post('/sign-in', async (request, reply) => {
    const { key } = keySchema.parse(request.body ?? {});
    try {
      startSession(runtime, reply, key);
    } catch (error) {
      if (!isProblem(error, 'key_refused')) throw error;
      return sendPage(reply, SIGN_IN, signInForm(WRONG_KEY), problemBodyOf(error).status);
    }
    return reply.redirect('/', 303);
  });

  server.post('/sign-out', async (request, reply) => {
    requireAdmin(runtime, request);
    endSession(runtime, request, reply);
    return reply.redirect('/sign-in', 303);
  });
}

function sendRefusal(reply: FastifyReply, refusal: Problem): FastifyReply {
  const { status, detail: en, detail_zh: zh } = problemBodyOf(refusal);
  return sendPage(reply, SET_UP, setUpRefused({ zh, en }), status);
}

const setUpForm = (token: string): Html =>
  html`<form method="post" action="/set-up"><input type="hidden" name="token" value="${token}">
<p>${both({
    zh: '下一页将显示管理密钥，仅显示一次。',
    en: 'The next page shows the admin key, which is shown once.',
  })}</p>
<div class="actions"><button>${both({ zh: '开始', en: 'Start' })}</button></div></form>`;

const adminKey = (key: string): Html =>
  html`<p>${both({
    zh: '请保存管理密钥。在其他浏览器登录或调用管理接口时需要它：',
    en: 'Keep the admin key. It signs in other browsers, and programs that manage the hub:',
  })}</p>
<code class="secret" id="admin-key">${key}</code>
<div class="actions"><a class="button" href="/">${both({ zh: '进入页面', en: 'Go to the page' })}</a></div>`;

const setUpRefused = (sentence: Bilingual): Html =>
  html`${notice('bad', sentence)}
<div class="actions"><a class="button" href="/sign-in">${both({ zh: '前往登录', en: 'Sign in' })}</a></div>`;

const WRONG_KEY = {
  zh: '管理密钥不正确或已停用。请重新输入。',
  en: 'The admin key is wrong or was revoked. Enter it again.',
};

const signInForm = (refusal?: Bilingual): Html =>
  html`${refusal && notice('bad', refusal)}<form method="post" action="/sign-in"><div class="fields">
<label>${both({ zh: '管理密钥', en: 'Admin key' })}
<input type="password" name="key" autocomplete="current-password" required></label></div>
<div class="actions"><button>${both({ zh: '登录', en: 'Sign in' })}</button></div></form>
<p class="soft">忘记密钥？在服务所在的文件夹运行 <code class="command">npm run hub -- admin-key</code>
（Linux 系统服务和 Docker 的命令见 docs/hub.zh-CN.md）
<span class="en" lang="en">Lost it? Run this command in the folder of the hub. As a service on Linux and with Docker: docs/hub.md.</span></p>`;
