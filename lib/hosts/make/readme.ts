/** The page that Make shows with the app. */

export const readme = (hub: string): string => `# AliExpress Seller

Triggers, searches and actions for AliExpress (速卖通) shops. The app makes no call to AliExpress: the hub at ${hub} does, and
counts the 200 calls that a shop has per day for everything that uses them.

- **Watch …** modules start a scenario as soon as the hub knows of an event.
- **Watch Events** reads the same events on a schedule.
- **Get …** and **Search …** modules read the shop. Most of them use calls of the shop.
- **Send …**, **Prepare …** and **Summarize …** modules write messages, tickets and summaries.

The hub describes its API at ${hub}/openapi.json.
`;
