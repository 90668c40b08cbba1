/** The frame of every page, Chinese first, and the headers that go with pages. */

import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Bilingual } from '../../../problems.ts';
import { type Html, html } from './html.ts';
import { STYLE } from './style.ts';

/** For the content security policy: pages have no other style and no script. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** The Chinese text, and the English one beside it, or below it where it is a paragraph; once where they are the same. */
export const both = ({ zh, en }: Bilingual): Html =>
  html`${zh}${en !== '' && en !== zh && html` <span class="en" lang="en">${en}</span>`}`;

/** A page with one task. */
export const sendPage = (reply: FastifyReply, title: Bilingual, content: Html, status = 200): FastifyReply =>
  sendHtml(
    reply,
    title,
    html`<main class="narrow"><section><h1>${both(title)}</h1>
${content}
</section></main>`,
    status,
  );

/** @param body everything that is shown */
export function sendHtml(reply: FastifyReply, title: Bilingual, body: Html, status = 200): FastifyReply {
  const page = html`<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<title>${title.zh} · ${title.en}</title><style>${{ html: STYLE }}</style></head>
<body>${body}</body></html>
`;
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .serializer(String)
    .send(page.html);
}
