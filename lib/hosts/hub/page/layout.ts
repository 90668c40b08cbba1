/** The frame of every page, Chinese first, and the headers that go with pages. */

import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Bilingual } from '../../../problems.ts';
import { type Html, html } from './html.ts';

const STYLE = `
body { font: 16px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; margin: 0; color: #1f2328; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.4rem; }
.en { color: #59636e; font-size: .9em; display: block; }
code, textarea { font: 14px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
textarea, input[type=text], input[type=password] { width: 100%; box-sizing: border-box; padding: .4rem; }
button, .button { font: inherit; padding: .4rem 1rem; border: 1px solid #1f6feb; border-radius: .3rem;
  background: #1f6feb; color: #fff; cursor: pointer; text-decoration: none; display: inline-block; }
button.second { background: #fff; color: #1f2328; border-color: #8c959f; }
`;

/** For the content security policy: pages have no other style and no script. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** The Chinese text, and the English one in a line of its own. */
export const both = ({ zh, en }: Bilingual): Html => html`${zh} <span class="en" lang="en">${en}</span>`;

export function sendPage(reply: FastifyReply, title: Bilingual, content: Html, status = 200): FastifyReply {
  const page = html`<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<title>${title.zh} · ${title.en}</title><style>${{ html: STYLE }}</style></head>
<body><main><h1>${both(title)}</h1>
${content}
</main></body></html>
`;
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .serializer(String)
    .send(page.html);
}
