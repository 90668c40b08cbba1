/**
 * What buyers, carriers and product titles contribute to a message: one line in which no character is markup, wherever
 * the message is shown (docs/adr/0020-foreign-text.md). Characters that would be live are replaced by their full-width
 * forms, which look alike and mean nothing to Markdown, HTML, messengers and spreadsheets. Nothing has to be decoded.
 */

/** Removes control characters, including those that change the writing direction, and replaces half characters. */
export const cleanText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();

/** A name: without breaks of a line too. */
export const oneLine = (text: string): string => cleanText(text).replace(/[\n\t]+/g, ' ');

/** Always live: emphasis, code, links and images, tags, tables, headings and channels, mentions, escapes. */
const LIVE = /[*`~[\]<|#@\\]/u;
/** Not inside a word, where it is not emphasis: "SKU_1". */
const UNDERSCORE = /(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/u;
/** The address of a page, or the name of an emoji, ":DONE:", which the template may complete. */
const COLON = /:(?=\/\/|[A-Za-z+-][\w+-]*(?::|$))/u;
/**
 * A domain or an IP address, which messengers recognize by its look: "example.com", "❤.com", "1.2.3.4", but not "15.6"
 * and not "e.g.".
 */
const DOT = /(?<=[^\s.])\.(?=\p{L}{2})|(?<=www)\.|(?<=\d)\.(?=\d{1,3}\.\d{1,3}\.\d)/u;
/** An entity: "&lt;". */
const AMPERSAND = /&(?=#?\w+;)/u;
/** A placeholder of Zapier or of a ticket system: "{{ticket.id}}". */
const BRACE = /\{(?=[{%])/u;
/** At the start: a list, a quote, a rule, a formula. */
const START = /^[-+=>:]|(?<=^\d{1,9})[.)](?=\s|$)/u;

const ANY = new RegExp(
  [LIVE, UNDERSCORE, COLON, DOT, AMPERSAND, BRACE, START].map(({ source }) => source).join('|'),
  'giu',
);

/** From "!" to "~" every character of ASCII has a full-width form. */
const FULL_WIDTH_OFFSET = 0xfee0;
const fullWidth = (marks: string): string =>
  marks.replace(/./g, (mark) => String.fromCharCode(mark.charCodeAt(0) + FULL_WIDTH_OFFSET));

export const literalText = (text: string): string =>
  cleanText(text).replace(/\s+/g, ' ').replace(ANY, fullWidth);
