/** Small parts that all sections of the page are made of. */

import { beijingTime } from '../../../pack/format.ts';
import type { Bilingual } from '../../../problems.ts';
import { type Html, html } from './html.ts';
import { both } from './layout.ts';

export type Mood = 'good' | 'warn' | 'bad';

export const badge = (label: Bilingual, mood?: Mood): Html =>
  html`<span class="badge ${mood ?? ''}">${both(label)}</span>`;

export const notice = (mood: Mood, sentence: Bilingual): Html =>
  html`<div class="notice ${mood}" role="${mood === 'bad' ? 'alert' : 'status'}"><p>${both(sentence)}</p></div>`;

/** @param iso null if there is none */
export const timeOf = (iso: string | null, now: number): Html =>
  iso === null ? html`–` : html`<time datetime="${iso}">${beijingTime(iso, now)}</time>`;

/** What a form has just done, and where that is shown. */
export interface Done {
  section: string;
  sentence: Bilingual;
}

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

/** What cannot be undone opens first, and is confirmed then. There is no script that could ask. */
export const confirmed = (label: Bilingual, warning: Bilingual, form: Html): Html =>
  html`<details class="sure"><summary>${both(label)}</summary><p>${both(warning)}</p>${form}</details>`;
