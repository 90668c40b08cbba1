/** A browser as far as servers see it: it keeps cookies, follows redirects, and says from which page a request comes. */

export interface Visit {
  status: number;
  /** Where the browser has ended. */
  url: string;
  text: string;
  headers: Headers;
}

export interface Browser {
  /** Opens an address, as a person does who clicks a link on `from`; typed in by default. */
  open(url: string, options?: { from?: string }): Promise<Visit>;
  /** Sends a form of the page `from`. */
  submit(url: string, form: Record<string, string> | URLSearchParams, from: string): Promise<Visit>;
  cookies: ReadonlyMap<string, { value: string; path: string }>;
}

/** @param elsewhere origins of pages that do not exist in the test: the browser stops there */
export function startBrowser(elsewhere: readonly string[] = []): Browser {
  const cookies = new Map<string, { value: string; path: string }>();

  async function visit(url: string, init: RequestInit, from: string | undefined): Promise<Visit> {
    const { origin, pathname } = new URL(url);
    if (elsewhere.includes(origin)) return { status: 0, url, text: '', headers: new Headers() };
    const sent = [...cookies].filter(([, { path }]) => pathname.startsWith(path));
    const site = from === undefined ? 'none' : new URL(from).origin === origin ? 'same-origin' : 'cross-site';
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: {
        ...init.headers,
        'sec-fetch-site': site,
        ...(sent.length > 0 && { cookie: sent.map(([name, { value }]) => `${name}=${value}`).join('; ') }),
        ...(init.method === 'POST' && from !== undefined && { origin: new URL(from).origin }),
      },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, { value, path: /path=([^;]*)/i.exec(line)?.[1] ?? '/' });
    }
    const location = answer.headers.get('location');
    if (location !== null) return visit(new URL(location, url).href, {}, url);
    return { status: answer.status, url, text: await answer.text(), headers: answer.headers };
  }

  return {
    cookies,
    open: (url, { from } = {}) => visit(url, {}, from),
    submit: (url, form, from) => visit(url, { method: 'POST', body: new URLSearchParams(form) }, from),
  };
}

/** The fields of the first form of a page, as a browser would send them. */
export function fieldsOf(page: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [input] of page.matchAll(/<input [^>]*>/g)) {
    const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(input)?.[1] ?? '';
    const isChosen = attribute('type') !== 'radio' || / checked/.test(input);
    if (isChosen) fields[attribute('name')] = attribute('value').replaceAll('&amp;', '&');
  }
  return fields;
}
