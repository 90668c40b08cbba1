/** The part that the tests use. The package has no types of its own. */
declare module 'parse5' {
  export function parseFragment(html: string): unknown;
  export function parse(html: string): unknown;
}
