/** Problems of requests that a browser shows to a person. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import { problemBodyOf } from '../api/problems.ts';
import type { HubRuntime } from '../runtime.ts';
import { html } from './html.ts';
import { both, sendPage } from './layout.ts';

const TITLE = { zh: '未能完成', en: 'This did not work' };

export function sendProblemPage(reply: FastifyReply, error: unknown): FastifyReply {
  const { status, detail: en, detail_zh: zh } = problemBodyOf(error);
  return sendPage(reply, TITLE, html`<p>${both({ zh, en })}</p>`, status);
}

/** @param server whose routes answer with pages */
export function answerWithPages(server: FastifyInstance, { log }: HubRuntime): void {
  server.setErrorHandler((error, request, reply) => {
    const { kind } = problemBodyOf(error);
    log('a page failed', { route: request.routeOptions.url ?? '', kind });
    return sendProblemPage(reply, error);
  });
}
