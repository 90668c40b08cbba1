/** Which alerts go into the next message. After a refusal its alerts are sent one by one, so that one holds up no other. */

import type { StoredAlert } from './alerts.ts';

export interface NextAlerts {
  /** @param unsent oldest first */
  of(unsent: readonly StoredAlert[]): StoredAlert[];
  /** The messenger has taken a message. */
  taken(): void;
  /**
   * The messenger has refused a message.
   * @param isForText it is known that it was refused for what it says, and not because of the bot
   * @returns whether it was one alert, and is never taken
   */
  refused(alerts: readonly StoredAlert[], isForText: boolean): boolean;
  /** Whether all of them were refused one by one, and no other was taken since. */
  areRefused(unsent: readonly StoredAlert[]): boolean;
}

const MAX_PER_MESSAGE = 10;

export function createNextAlerts(): NextAlerts {
  /** Of a message that was refused. */
  const alone = new Set<number>();
  /**
   * Refused alone, perhaps because of the bot: after all others. True where the bot has taken a message since, so that it
   * is the alert that is refused.
   */
  const last = new Map<number, boolean>();
  const setAll = (isBotWorking: boolean) => {
    for (const id of last.keys()) last.set(id, isBotWorking);
  };

  return {
    of: (unsent) => {
      if (unsent.length === 0) {
        alone.clear();
        last.clear();
      }
      const others = unsent.filter(({ id }) => !last.has(id));
      const [first] = others;
      if (first) return others.slice(0, alone.has(first.id) ? 1 : MAX_PER_MESSAGE);
      // The one whose turn was longest ago.
      for (const id of last.keys()) {
        const found = unsent.find((each) => each.id === id);
        if (found) return [found];
      }
      return [];
    },
    taken: () => setAll(true),
    refused: ([first, ...rest], isForText) => {
      if (!first) return false;
      if (rest.length > 0) {
        for (const { id } of [first, ...rest]) alone.add(id);
        setAll(false);
        return false;
      }
      const isNeverTaken = isForText || last.get(first.id) === true;
      // Sent once more, it comes after those that were refused longer ago.
      last.delete(first.id);
      if (!isNeverTaken) last.set(first.id, false);
      // The bot may have stopped working only now.
      else if (!isForText) setAll(false);
      return isNeverTaken;
    },
    areRefused: (unsent) => unsent.every(({ id }) => last.get(id) === false),
  };
}
