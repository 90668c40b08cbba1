/**
 * When the workflows of a shop poll, as far as this process has seen. After a visit, each workflow emits the new events
 * at its own next poll. So the best time for a visit is just before the others poll.
 */

export interface PollTimes {
  /** Epoch milliseconds. */
  last: number;
  /** Milliseconds between the last two polls; 0 after the first one. */
  interval: number;
}

/** By workflow. */
export type PollSchedule = Map<string, PollTimes>;

/** A workflow that has missed this many of its polls is no longer counted. */
const MAX_MISSED_POLLS = 3;

export function recordPoll(schedule: PollSchedule, workflow: string, now: number): void {
  const known = schedule.get(workflow);
  schedule.set(workflow, { last: now, interval: known ? now - known.last : 0 });
  for (const [other, { last, interval }] of schedule) {
    if (interval > 0 && now - last > MAX_MISSED_POLLS * interval) schedule.delete(other);
  }
}

/**
 * Whether a visit at this workflow's poll now delays the workflows least in total, compared with a visit at any other
 * workflow's next poll. Of two equally good polls the earlier one is the best.
 */
export function isBestTime(schedule: PollSchedule, workflow: string, now: number): boolean {
  const polls = [...schedule].filter(([, { interval }]) => interval > 0);
  const nextOf = (key: string, { last, interval }: PollTimes) => (key === workflow ? now : last + interval);
  const totalDelayAfter = (visitedAt: number) =>
    polls.reduce((sum, [key, each]) => {
      const wait = (nextOf(key, each) - visitedAt) % each.interval;
      return sum + (wait < 0 ? wait + each.interval : wait);
    }, 0);
  const own = totalDelayAfter(now);
  return polls.every(([key, each]) => key === workflow || totalDelayAfter(nextOf(key, each)) >= own);
}
