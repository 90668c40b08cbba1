/** Small parts that all sections of the page are made of. */

import { beijingTime } from '../../../pack/format.ts';
import type { Bilingual } from '../../../problems.ts';
import { type Html, html } from './html.ts';
import { both } from './layout.ts';

export type Mood = 'good' | 'warn' | 'bad';

export const badge = (label: Bilingual, mood?: Mood): Html =>
  html`<span class="badge ${mood ?? ''}">${both(label)}</span>`;

export const notice = (mood: Mood, ...sentences: readonly Bilingual[]): Html =>
  html`<div class="notice ${mood}" role="${mood === 'bad' ? 'alert' : 'status'}">${sentences.map(
    (each) => html`<p>${both(each)}</p>`,
  )}</div>`;

/** Names in one line. */
export const listed = (names: readonly Bilingual[]): Html =>
  both({ zh: names.map(({ zh }) => zh).join('、'), en: names.map(({ en }) => en).join(', ') });

/** What was just done, and where the page says it: in a section, or in a form that is still there. */
export interface Done {
  section?: string;
  form?: string;
  id?: string;
  sentence: Bilingual;
}

/** @param iso null if there is none */
export const timeOf = (iso: string | null, now: number): Html =>
  iso === null ? html`–` : html`<time datetime="${iso}">${beijingTime(iso, now)}</time>`;

export const section = (
  { done }: { done?: Done | undefined },
  id: string,
  title: Bilingual,
  about: Bilingual | undefined,
  content: Html,
): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title"><header><h2 id="${id}-title">${both(title)}</h2>
${about && html`<p class="soft">${both(about)}</p>`}</header>
${done?.section === id && notice('good', done.sentence)}${content}</section>
`;

/** Where there is nothing yet: says what belongs here and how to get it. */
export const empty = (sentence: Bilingual): Html => html`<div class="empty"><p>${both(sentence)}</p></div>`;

const list = (items: readonly Html[]): Html => html`<ul class="list">${items}</ul>`;

/** The newest items. The older ones open below. */
export const newestFirst = (items: readonly Html[], shown: number, isOpen = false): Html =>
  html`${list(items.slice(0, shown))}${
    items.length > shown &&
    html`<details class="add"${isOpen && html` open`}><summary>${both({
      zh: `更早的 ${items.length - shown} 条`,
      en: `${items.length - shown} older`,
    })}</summary>${list(items.slice(shown))}</details>`
  }`;

/** What cannot be undone opens first, and is confirmed then. There is no script that could ask. */
export const confirmed = (label: Bilingual, warning: Bilingual, form: Html): Html =>
  html`<details class="sure"><summary>${both(label)}</summary><p>${both(warning)}</p>${form}</details>`;

/** Names and values on one line, as far as they fit. Values that are false are left out. */
export const facts = (values: readonly (readonly [Bilingual, Html | string] | false)[]): Html =>
  html`<dl class="facts">${values.flatMap((each) =>
    each === false ? [] : [html`<div><dt>${both(each[0])}</dt><dd>${each[1]}</dd></div>`],
  )}</dl>`;
