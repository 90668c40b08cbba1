/** How the parts of the app are called on Make. */

/** "new_order" → "newOrder": the name of an operation's module on Make. */
export const makeName = (key: string): string =>
  key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** "new_order" → "new-order": the name of the folder of its files. */
export const folderName = (key: string): string => key.replaceAll('_', '-');

/** Of the current generation; there is no other. */
export const GATEWAY = 'https://api-sg.aliexpress.com';

/** The one connection. */
export const CONNECTION = 'aliexpress';

/**
 * How many items of a list are handed out where each is converted by itself, and so written down by itself: a line of
 * an order, a SKU, an event of a parcel. What is beyond is left out.
 */
const MOST_ITEMS: Record<string, number> = { product_list: 10, child_order_list: 20, details: 40 };
const MOST_OF_OTHERS = 30;

export const mostItems = (list: string): number => MOST_ITEMS[list] ?? MOST_OF_OTHERS;
