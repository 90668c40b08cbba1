/** Texts and addresses as AliExpress writes them, for people to read. */

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};
const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi;
const FIRST_PRINTABLE = 32;
const LAST_CODE_POINT = 0x10ffff;

/** Titles are stored as HTML: "A&amp;B" is "A&B". What is not an entity stays as it is. */
export const withoutEntities = (text: string): string =>
  text.replace(ENTITY, (written, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? written;
    const code = Number.parseInt(decimal ?? hex ?? '', decimal ? 10 : 16);
    return code >= FIRST_PRINTABLE && code <= LAST_CODE_POINT ? String.fromCodePoint(code) : written;
  });

/** Without a host, an address belongs to this one. */
const SITE = 'https://www.aliexpress.com';

/** The address of a page: "//www.aliexpress.com/store/1" has no scheme. Undefined for what is no page. */
export function pageUrl(written: string): string | undefined {
  const text = written.trim();
  const address = text.startsWith('//')
    ? `https:${text}`
    : text.startsWith('/')
      ? SITE + text
      : /^[\w-]+(\.[\w-]+)+([/?#]|$)/.test(text)
        ? `https://${text}`
        : text;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url && /^https?:$/.test(url.protocol) && !url.username ? address : undefined;
}
