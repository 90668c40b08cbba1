/** `/aliexpress/callback`, where AliExpress sends the seller's browser back to, and its substitute for a pasted address. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import { isProblem, type Problem } from '../../../problems.ts';
import { problemBodyOf } from '../api/problems.ts';
import type { HubServices } from '../api/services.ts';
import { answerClient } from '../oauth/answer.ts';
import { browserOf } from '../oauth/browser.ts';
import { sendPastePage } from '../oauth/pages.ts';
import { html } from '../page/html.ts';
import { both, sendPage } from '../page/layout.ts';
import { sendProblemPage } from '../page/problem-page.ts';
import type { HubRuntime } from '../runtime.ts';
import { addressesOf } from '../settings.ts';
import {
  CALLBACK_PATH,
  finishSignIn,
  PASTE_PATH,
  pastedAnswer,
  type Return,
  signInAddress,
} from './sign-in.ts';
import { signInsIn } from './sign-ins.ts';

/** What is no text counts as missing. */
const pasteSchema = z
  .object({ address: z.string().catch(''), state: z.string().catch('') })
  .catch({ address: '', state: '' });

export function mountCallback(server: FastifyInstance, services: HubServices): void {
  const { runtime } = services;
  const { database, clock } = runtime;
  server.get(CALLBACK_PATH, async (request, reply) => {
    const { searchParams } = new URL(request.url, 'http://hub');
    return answerReturn(runtime, reply, await finishSignIn(services, searchParams, browserOf(request)));
  });
  server.post(PASTE_PATH, async (request, reply) => {
    const { address, state } = pasteSchema.parse(request.body ?? {});
    const browser = browserOf(request);
    try {
      return answerReturn(runtime, reply, await finishSignIn(services, pastedAnswer(address), browser));
    } catch (error) {
      if (!isProblem(error) || !signInsIn(database).isUnderWay(state, browser, clock.now())) throw error;
      return showFormAgain(runtime, reply, state, error);
    }
  });
}

/** After an address was pasted that is not the one at which the browser has ended. */
function showFormAgain(
  runtime: HubRuntime,
  reply: FastifyReply,
  state: string,
  error: Problem,
): FastifyReply {
  const { status, detail: en, detail_zh: zh } = problemBodyOf(error);
  return sendPastePage(reply, { state, address: signInAddress(runtime, state), refusal: { zh, en } }, status);
}

const TITLE = { zh: '店铺已连接', en: 'The shop is connected' };

function answerReturn(runtime: HubRuntime, reply: FastifyReply, ended: Return): FastifyReply {
  if (ended.purpose.kind === 'client') {
    const result = 'shop' in ended ? { shop: ended.shop.id } : ended;
    return answerClient(runtime, reply, ended.purpose.request, result);
  }
  if ('error' in ended) return sendProblemPage(reply, ended.error, addressesOf(runtime.hub).page);
  const { name, id } = ended.shop;
  return sendPage(
    reply,
    TITLE,
    html`<p>${name} <small>${id}</small></p>
<div class="actions"><a class="button" href="${addressesOf(runtime.hub).page}/?shop=${encodeURIComponent(id)}">${both({ zh: '返回服务页面', en: 'Back to the page of the hub' })}</a></div>`,
  );
}
