/** Problems of requests that a browser shows to a person. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import { Problem } from '../../../problems.ts';
import { problemBodyOf } from '../api/problems.ts';
import type { HubRuntime } from '../runtime.ts';
import { Refusal } from './admin.ts';
import { html } from './html.ts';
import { both, sendPage } from './layout.ts';
import { notice } from './parts.ts';

const INTERNAL = 500;
const TITLE = { zh: '未能完成', en: 'This did not work' };

/** @param home where the person goes on; left out where that is not the page of the hub */
export function sendProblemPage(reply: FastifyReply, error: unknown, home?: string): FastifyReply {
  const { status, sentences } = error instanceof Refusal ? error : readable(error);
  return sendPage(
    reply,
    TITLE,
    html`${notice('bad', ...sentences)}${
      home !== undefined &&
      html`<div class="actions"><a class="button" href="${home}/">${both({ zh: '返回服务页面', en: 'Back to the page of the hub' })}</a></div>`
    }`,
    status,
  );
}

function readable(error: unknown): Pick<Refusal, 'status' | 'sentences'> {
  const { status, detail: en, detail_zh: zh } = problemBodyOf(error);
  return { status, sentences: [{ zh, en }] };
}

/** @param server whose routes answer with pages */
export function answerWithPages(server: FastifyInstance, { log }: HubRuntime, home?: string): void {
  server.setErrorHandler((error, request, reply) => {
    // What a person has asked for wrongly is on the page. Anybody may ask, so it is not in the log.
    if (problemBodyOf(error).status >= INTERNAL)
      log('a page failed', { route: request.routeOptions.url ?? '', because: String(error) });
    return sendProblemPage(reply, error, home);
  });
}

/**
 * An address that does not exist: a page for a browser, a problem for a program.
 * @param home as of `sendProblemPage`
 */
export function answerNotFound(server: FastifyInstance, home?: string): void {
  server.setNotFoundHandler((request, reply) => {
    const problem = new Problem('not_found', { what: { en: 'This address', zh: '该地址' } });
    if (!request.headers.accept?.includes('text/html')) throw problem;
    return sendProblemPage(reply, problem, home);
  });
}
