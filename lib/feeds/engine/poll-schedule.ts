/**
 * The pulse: when the workflows of a shop poll, as far as this process has seen. After a visit every workflow hands
 * out the news at its own next poll; a visit just before the others poll serves them soonest.
 */

export interface PollTimes {
  /** Epoch milliseconds. */
  last: number;
  /** Milliseconds between the last two polls. */
  interval: number;
}

/** By workflow. */
export type PollSchedule = Map<string, PollTimes>;

/** A workflow that has missed so many of its polls is no longer counted. */
const MAX_MISSED_POLLS = 3;

export function recordPoll(schedule: PollSchedule, workflow: string, now: number): void {
  const known = schedule.get(workflow);
  schedule.set(workflow, { last: now, interval: known ? now - known.last : 0 });
  for (const [other, { last, interval }] of schedule) {
    if (interval > 0 && now - last > MAX_MISSED_POLLS * interval) schedule.delete(other);
  }
}

/**
 * Whether no other workflow's next poll would serve them all sooner than this one's poll now. A tie is won by the one
 * that polls first.
 */
export function isBestTime(schedule: PollSchedule, workflow: string, now: number): boolean {
  const polls = [...schedule].filter(([, { interval }]) => interval > 0);
  const nextOf = (key: string, { last, interval }: PollTimes) => (key === workflow ? now : last + interval);
  const lagAfter = (moment: number) =>
    polls.reduce((sum, [key, each]) => {
      const wait = (nextOf(key, each) - moment) % each.interval;
      return sum + (wait < 0 ? wait + each.interval : wait);
    }, 0);
  const own = lagAfter(now);
  return polls.every(([key, each]) => key === workflow || lagAfter(nextOf(key, each)) >= own);
}
