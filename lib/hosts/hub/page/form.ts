/** Forms of the page. One that was refused shows why, and what was filled in, secrets apart. */

import * as z from 'zod';
import type { Bilingual } from '../../../problems.ts';
import { type Html, html } from './html.ts';
import { both } from './layout.ts';
import { type Done, notice } from './parts.ts';

/** What a browser has sent. A name that several fields have has several values. */
export const fieldsSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
export type Fields = z.output<typeof fieldsSchema>;

export const textIn = (fields: Fields, name: string): string => [fields[name] ?? ''].flat()[0] ?? '';
export const textsIn = (fields: Fields, name: string): string[] => [fields[name] ?? []].flat();

/** A form that was sent: it was refused, or its answer is shown once. */
export interface Sent {
  form: string;
  /** Which of several forms of this name. */
  id: string;
  fields: Fields;
  refusals?: readonly Bilingual[];
  answer?: Html;
}

export interface FormPlace {
  /** The address of the page, with the shop that is shown. */
  page: string;
  sent?: Sent | undefined;
  done?: Done | undefined;
}

export interface Form {
  /** The id of the element. */
  anchor: string;
  /** Whether it was just sent, so that it is shown open. */
  isSent: boolean;
  /** What was filled in, or else `preset`. */
  value(name: string, preset?: string): string;
  /** Whether the option of a checkbox or a radio button is chosen. */
  isChosen(name: string, value: string, preset: boolean): boolean;
  /** The form around its fields and buttons, with what came of it before. */
  around(content: Html): Html;
}

/** @param id tells several forms of one name apart */
export function formOf({ page, sent, done }: FormPlace, name: string, id = ''): Form {
  const own = sent?.form === name && sent.id === id ? sent : undefined;
  const isDone = done?.form === name && (done.id ?? '') === id;
  const anchor = anchorOf(name, id);
  return {
    anchor,
    isSent: own !== undefined || isDone,
    value: (field, preset = '') => (own?.refusals ? textIn(own.fields, field) : preset),
    isChosen: (field, value, preset) => (own?.refusals ? textsIn(own.fields, field).includes(value) : preset),
    around: (content) => html`<form method="post" action="${page}#${anchor}" id="${anchor}">
<input type="hidden" name="form" value="${name}">${id !== '' && html`<input type="hidden" name="id" value="${id}">`}
${own?.refusals && notice('bad', ...own.refusals)}${own?.answer}${isDone && notice('good', done.sentence)}
${content}</form>`,
  };
}

export const anchorOf = (name: string, id: string): string => (id === '' ? name : `${name}-${id}`);

interface FieldOptions {
  label: Bilingual;
  help?: Bilingual | undefined;
  /** True by default. */
  isRequired?: boolean;
}

export const labelled = ({ label, help }: FieldOptions, control: Html): Html =>
  html`<label>${both(label)}
${control}${help && html`<span class="help">${both(help)}</span>`}</label>`;

export const textField = (
  form: Form,
  name: string,
  { preset = '', max = 100, ...options }: FieldOptions & { preset?: string; max?: number },
): Html =>
  labelled(
    options,
    html`<input name="${name}" value="${form.value(name, preset)}" maxlength="${max}" autocomplete="off"${required(options)}>`,
  );

/** A secret is never shown again, so that of a refused form is filled in again. */
export const secretField = (
  name: string,
  { isKept = false, ...options }: FieldOptions & { isKept?: boolean },
): Html =>
  labelled(
    options,
    html`<input name="${name}" maxlength="500" autocomplete="off" spellcheck="false" placeholder="${
      isKept ? '已保存，不填则不变 Kept as it is' : ''
    }"${required(options)}>`,
  );

export const selectField = (
  form: Form,
  name: string,
  choices: readonly { value: string; label: string }[],
  { preset = '', ...options }: FieldOptions & { preset?: string },
): Html =>
  labelled(
    options,
    html`<select name="${name}">${choices.map(
      ({ value, label }) =>
        html`<option value="${value}"${form.value(name, preset) === value && html` selected`}>${label}</option>`,
    )}</select>`,
  );

export const checkbox = (form: Form, name: string, value: string, label: Bilingual, preset: boolean): Html =>
  html`<label class="check"><input type="checkbox" name="${name}" value="${value}"${form.isChosen(name, value, preset) && html` checked`}>
<span>${both(label)}</span></label>`;

const required = (options: FieldOptions) => options.isRequired !== false && html` required`;

/** A form that is one button. */
export const buttonForm = (place: FormPlace, name: string, id: string, label: Bilingual, kind = ''): Html =>
  formOf(place, name, id).around(html`<button class="${kind}">${both(label)}</button>`);
