/**
 * US Pacific time for the sandbox. It is built on Intl alone, so that it does not share a mistake with the pack.
 * A time that occurs twice in autumn is read as the first of the two.
 */

const format = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/Los_Angeles',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** "2026-11-21 10:15:00" */
export const toPacific = (at: number): string => format.format(at);

/** Epoch milliseconds; undefined for anything but `yyyy-MM-dd HH:mm:ss`. */
export function fromPacific(written: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(written)) return undefined;
  const asUtc = Date.parse(`${written.replace(' ', 'T')}Z`);
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString().slice(0, 19) !== written.replace(' ', 'T'))
    return undefined;
  // Pacific time is 7 or 8 hours behind UTC. In the missing hour of spring neither matches.
  for (const hours of [7, 8]) {
    const at = asUtc + hours * 3_600_000;
    if (toPacific(at) === written) return at;
  }
  return asUtc + 8 * 3_600_000;
}

/** Beijing has no daylight saving time. */
export const BEIJING_AHEAD_MS = 8 * 3_600_000;

/** "2026-11-21": the day to which AliExpress counts a call. */
const beijing = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' });
export const beijingDay = (at: number): string => beijing.format(at);

/** AliExpress writes times in whole seconds. */
export const wholeSecond = (at: number): number => Math.floor(at / 1000) * 1000;
