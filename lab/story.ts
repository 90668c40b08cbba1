/** What happens in the shop of a history, and what its workflows should tell of it. */

import type { FeedKey } from '../lib/feeds/engine/feed-status.ts';
import type { RandomSource } from '../sandbox/random.ts';
import type { Shop } from '../sandbox/shop.ts';
import type { Schedule } from './schedule.ts';

/** Something that a workflow should tell, once. */
export interface Condition {
  trigger: string;
  /** What it is about, as `Subject.aboutOf` returns it for an event. Several conditions may be about the same. */
  about: string;
  /** When it becomes true, epoch milliseconds. */
  from: number;
  /** When it is no longer true; infinite where it stays true. */
  until: number;
  /** The name under which an answer of AliExpress shows it, and until when an answer that shows it counts. */
  shownAs: string;
  shownUntil: number;
  /** The name under which an answer shows it at first, where any later state of the record shows it too. */
  enteredAs?: string;
  /** From when on, where an earlier answer with that name does not count; left out: from when the condition is true. */
  shownFrom?: number;
  /** The name that every answer has which would show it. */
  listedBy: string;
  /** How often the connector reads what shows it, milliseconds; left out: as often as anything of its feed. */
  readEveryMs?: number;
  /** How long after its time an answer shows it, in a history with late rows. */
  lateMs?: number;
  /** The clock makes it true, whatever AliExpress shows: a poll must tell it before it ends. */
  isOfClock?: true;
  /** The record has no time of this fact, so the connector goes by the first answer that shows it. */
  isUndated?: boolean;
  /**
   * The record was in the same state before. Only an answer that shows it in another one in between tells that it has
   * entered this state again.
   */
  between?: Between;
  /**
   * The record gives an earlier time for it, which may as well be right: the time of a payment, where the order was held
   * until later. Only an answer that shows the record in the state in between tells that it is not.
   */
  dated?: { at: number; disprovedBy: string };
  /** Only an answer before it that shows this, and was stored, lets the connector look for it. */
  knownAs?: string;
  /** It counts as old unless an answer with this name came before it and was stored. */
  oldWithout?: string;
  /** It is new only to one whose last answers, so many of them, listed the record without it. */
  answersWithout?: number;
  /** When the record was changed otherwise. A record that was never met before counts by its last change. */
  edits?: readonly number[];
}

export interface Between {
  /** When the record left the state, epoch milliseconds. */
  from: number;
  /** The states that it had until it entered the state again. */
  states: readonly Pick<Condition, 'about' | 'shownAs'>[];
}

/** The shop of a history, as AliExpress shows it. */
export interface LabShop {
  /** What AliExpress shows at a time: rows that are late are left out. */
  shownAt(now: number): Shop;
  /** Changes an answer as single records require it. */
  disguise(method: string, payload: Record<string, unknown>, now: number): void;
  /** Changes some records without changing what is true, so that they leave the list that is being read. */
  moveList(now: number, random: RandomSource): void;
  /** What `moveList` has changed. */
  moves: readonly Move[];
}

/** A record that left the list that was being read. */
export interface Move {
  /** Epoch milliseconds. */
  at: number;
  /** The name under which an answer shows it. */
  record: string;
}

export interface LabWorkflow {
  id: string;
  trigger: string;
  inputs: Record<string, unknown>;
}

/** What a feed's histories are made of. */
export interface Subject {
  feed: FeedKey;
  /** Draws what happens in the shop. */
  draw(random: RandomSource, schedule: Schedule): Story;
  /** What an event is about. */
  aboutOf(trigger: string, event: Readonly<Record<string, unknown>>): string;
}

export interface Story {
  /** The number of records, for the summary. */
  records: number;
  openShop(options: StoryOptions): LabShop;
  workflows: readonly LabWorkflow[];
  conditionsOf(workflow: LabWorkflow): readonly Condition[];
}

export interface StoryOptions {
  /** Whether rows may be late. */
  isLate: boolean;
  /** Records to be left out, by their number. */
  without?: ReadonlySet<number>;
}
