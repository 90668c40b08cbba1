/** The page of a hub, opened, read and filled in as a browser does it, but without one. */

import { parse } from 'parse5';
import { startBrowser, type Visit } from './browser.ts';
import type { TestHub } from './hub.ts';

interface Node {
  tagName?: string;
  attrs?: { name: string; value: string }[];
  childNodes?: Node[];
  value?: string;
}

export interface Element {
  tag: string;
  attributes: Record<string, string>;
  text: string;
  /** Of all that is inside. */
  elements: Element[];
}

/** All elements of a document, in order. */
export function elementsOf(html: string): Element[] {
  return inside(parse(html) as Node);
}

const inside = (node: Node): Element[] =>
  (node.childNodes ?? []).flatMap((child) => {
    if (child.tagName === undefined) return [];
    const attributes = Object.fromEntries((child.attrs ?? []).map(({ name, value }) => [name, value]));
    const elements = inside(child);
    return [{ tag: child.tagName, attributes, text: textIn(child), elements }, ...elements];
  });

const textIn = (node: Node): string => node.value ?? (node.childNodes ?? []).map(textIn).join('');

export interface HubPage {
  open(path?: string): Promise<Visit>;
  /**
   * Fills in a form of the page that was opened last and sends it.
   * @param id of the form
   * @param values by the names of fields; the others stay as the page fills them in
   */
  send(id: string, values?: Readonly<Record<string, string>>): Promise<Visit>;
  /** The element with this id, of the page that was opened last. */
  element(id: string): Element;
  /** The values of a form's fields as the page shows them. */
  fields(id: string): Record<string, string>;
  text(id: string): string;
}

/** A browser that has signed in. It stops at AliExpress's sign-in. */
export async function openHubPage(hub: TestHub): Promise<HubPage> {
  const browser = startBrowser([hub.sandbox.url]);
  const home = hub.hub.url;
  const signIn = `${home}/sign-in`;
  let shown = await browser.submit(signIn, { key: hub.adminKey }, signIn);
  const find = (id: string): Element => {
    const found = elementsOf(shown.text).find(({ attributes }) => attributes.id === id);
    if (!found) throw new Error(`the page has no element "${id}"`);
    return found;
  };
  const fieldsOf = (id: string): [string, string][] =>
    find(id).elements.flatMap(({ tag, attributes, text, elements }): [string, string][] => {
      const { name, type, value = '' } = attributes;
      if (name === undefined || tag === 'button') return [];
      if (type === 'checkbox' && attributes.checked === undefined) return [];
      if (tag === 'textarea') return [[name, text]];
      if (tag !== 'select') return [[name, value]];
      const options = elements.filter((each) => each.tag === 'option');
      const chosen = options.find((each) => each.attributes.selected !== undefined) ?? options[0];
      return [[name, chosen?.attributes.value ?? '']];
    });
  return {
    open: async (path = '/') => {
      shown = await browser.open(home + path, { from: home });
      return shown;
    },
    send: async (id, values = {}) => {
      const { action = '/' } = find(id).attributes;
      const kept = fieldsOf(id).filter(([name]) => !(name in values));
      const sent = new URLSearchParams([...kept, ...Object.entries(values)]);
      shown = await browser.submit(new URL(action, home).href, sent, home);
      return shown;
    },
    element: find,
    fields: (id) => Object.fromEntries(fieldsOf(id)),
    text: (id) => find(id).text,
  };
}
