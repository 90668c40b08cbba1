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
  /** Whether all of them were refused one by one, and no other was taken. */
  areRefused(unsent: readonly StoredAlert[]): boolean;
}

const MAX_PER_MESSAGE = 10;

export function createNextAlerts(): NextAlerts {
  /** Of a message that was refused. */
  const alone = new Set<number>();
  /** Refused alone, perhaps because of the bot: after all others. */
  const last = new Set<number>();
  /** Whether the bot works: it has taken a message since alerts wait. */
  let isWorking = false;

  return {
    of: (unsent) => {
      if (unsent.length === 0) {
        alone.clear();
        last.clear();
        isWorking = false;
      }
      const others = unsent.filter(({ id }) => !last.has(id));
      const [first] = others;
      if (first) return others.slice(0, alone.has(first.id) ? 1 : MAX_PER_MESSAGE);
      // The one whose turn was longest ago.
      for (const id of last) {
        const found = unsent.find((each) => each.id === id);
        if (found) return [found];
      }
      return [];
    },
    taken: () => {
      isWorking = true;
    },
    refused: ([first, ...rest], isForText) => {
      if (!first) return false;
      if (rest.length > 0) {
        for (const { id } of [first, ...rest]) alone.add(id);
        return false;
      }
      last.delete(first.id);
      if (isForText || isWorking) return true;
      last.add(first.id);
      return false;
    },
    areRefused: (unsent) => !isWorking && unsent.every(({ id }) => last.has(id)),
  };
}
