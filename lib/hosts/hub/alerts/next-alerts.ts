/** Which alerts go into the next message. After a refusal its alerts are sent one by one, so that one holds up no other. */

import type { StoredAlert } from './alerts.ts';

export interface NextAlerts {
  /** @param unsent oldest first */
  of(unsent: readonly StoredAlert[]): StoredAlert[];
  /**
   * The messenger has taken a message.
   * @param unsent with those that it has taken
   * @returns those that it never takes
   */
  taken(alerts: readonly StoredAlert[], unsent: readonly StoredAlert[]): StoredAlert[];
  /** The messenger has refused a message. */
  refused(alerts: readonly StoredAlert[]): void;
  /** Whether each of them was refused alone, and no other was taken since. */
  areRefused(alerts: readonly StoredAlert[]): boolean;
  /** Those that were refused alone both before and after a message was taken: the next that is taken shows why. */
  refusedAgain(unsent: readonly StoredAlert[]): StoredAlert[];
}

const MAX_PER_MESSAGE = 10;

/**
 * Of an alert that was refused alone, perhaps because of the bot. `taken_since`: the bot has taken a message since.
 * `refused_again`: after that it was refused once more. If the bot takes yet another message, it is the alert that is
 * refused.
 */
type Refusal = 'refused' | 'taken_since' | 'refused_again';

export function createNextAlerts(): NextAlerts {
  /** Of a message that was refused. */
  const alone = new Set<number>();
  /** These come after all others, and the one first whose turn was longest ago. */
  const last = new Map<number, Refusal>();
  const refusedAgain = (unsent: readonly StoredAlert[]) =>
    unsent.filter(({ id }) => last.get(id) === 'refused_again');

  return {
    of: (unsent) => {
      if (unsent.length === 0) {
        alone.clear();
        last.clear();
      }
      const others = unsent.filter(({ id }) => !last.has(id));
      const [first] = others;
      if (first) return others.slice(0, alone.has(first.id) ? 1 : MAX_PER_MESSAGE);
      for (const id of last.keys()) {
        const found = unsent.find((each) => each.id === id);
        if (found) return [found];
      }
      return [];
    },
    taken: (alerts, unsent) => {
      // Where the bot takes what it has refused before, it was the bot.
      const wasBot = alerts.some(({ id }) => last.has(id));
      const neverTaken = wasBot ? [] : refusedAgain(unsent);
      for (const { id } of [...alerts, ...neverTaken]) last.delete(id);
      for (const id of last.keys()) last.set(id, 'taken_since');
      return neverTaken;
    },
    refused: (alerts) => {
      const [first, ...rest] = alerts;
      if (!first) return;
      if (rest.length > 0) {
        for (const { id } of alerts) alone.add(id);
        return;
      }
      const refusal = last.get(first.id) ?? 'refused';
      last.delete(first.id);
      last.set(first.id, refusal === 'refused' ? 'refused' : 'refused_again');
    },
    areRefused: (alerts) => alerts.every(({ id }) => last.has(id) && last.get(id) !== 'taken_since'),
    refusedAgain,
  };
}
