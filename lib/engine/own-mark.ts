/** The start mark of a workflow under keys of its own, where it stays if the store loses what the feed knows. */

import type { FeedEngine } from '../feeds/engine/feed.ts';
import { WORKFLOW_TTL_MS, type WorkflowRow, workflowRowFormat } from '../feeds/engine/workflow-rows.ts';
import { SECOND } from '../runtime.ts';
import { shortDigest } from '../stores/digest.ts';
import { readJson } from '../stores/stored.ts';
import type { Shop } from './shop.ts';
import type { Step } from './step.ts';

/** A workflow of one shop, by what stays the same between its polls. */
export interface Workflow {
  shop: Shop;
  feed: FeedEngine;
  digest: string;
  step: Step;
  /** The platform does not name the workflow, so its copies have the same digest. */
  isUnnamed?: boolean;
}

/** @param parts the platform's id of the workflow, or what distinguishes it from the shop's others */
export const workflowDigest = (...parts: unknown[]): string => shortDigest(JSON.stringify(parts), 16);

/** When a workflow was turned on, what is known of the clock that said so, and until when it was told everything. */
export type Mark = Pick<WorkflowRow, 'mark' | 'offset' | 'setAt' | 'setOn' | 'after' | 'announcedUntil'>;
/** The mark, and when it was last written again, epoch milliseconds; left out where it was only set. */
type OwnMark = Mark & Partial<Pick<WorkflowRow, 'renewedAt'>>;

/** The keys of the mark. After a pause of eight days the row is gone, and the second key stands in for it. */
const keysOf = ({ shop, digest }: Workflow): string[] => {
  const key = `mark:1:${shop.seller}:${digest}`;
  return [key, `${key}:again`];
};

const TTL_SECONDS = WORKFLOW_TTL_MS / SECOND;

/** A mark that was only set is mostly a mere number. */
const encode = ({ mark, offset, setAt, setOn, after, announcedUntil, renewedAt }: OwnMark): string =>
  setAt === undefined && renewedAt === undefined
    ? String(mark)
    : JSON.stringify({ mark, offset, setAt, setOn, after, announcedUntil, renewedAt });

function decode(text: string | null): OwnMark {
  const value = readJson(text);
  return workflowRowFormat.safeParse(typeof value === 'number' ? { mark: value } : value).data ?? NO_MARK;
}

const NO_MARK: OwnMark = { mark: 0 };

/** @returns whether both copies were written */
export async function writeOwnMark(workflow: Workflow, mark: Mark): Promise<boolean> {
  const { store } = workflow.shop;
  const written = keysOf(workflow).map((key) => store.set(key, encode(mark), TTL_SECONDS));
  return (await Promise.all(written).catch(() => [false])).every((isWritten) => isWritten);
}

/** Writes the mark again, so that it does not expire. What turning on has written under the first key stays. */
export async function renewOwnMark(workflow: Workflow, mark: Mark): Promise<void> {
  const { store, clock } = workflow.shop;
  const [first = '', second = ''] = keysOf(workflow);
  const text = encode({ ...mark, renewedAt: clock.now() });
  await Promise.all([
    store.add(first, text, TTL_SECONDS).catch(() => {}),
    store.set(second, text, TTL_SECONDS).catch(() => {}),
  ]);
}

/** The mark under its own key; 0 where there is none, undefined if the store does not answer. */
export async function readOwnMark(workflow: Workflow): Promise<OwnMark | undefined> {
  try {
    for (const key of keysOf(workflow)) {
      const own = decode(await workflow.shop.store.get(key));
      if (own.mark > 0) return own;
    }
    return NO_MARK;
  } catch {
    return undefined;
  }
}

/**
 * The same with what was written when the mark was last written again, which stands under the second key alone. One that a
 * late step has written there says nothing of a workflow that was turned on since.
 */
export async function readRenewedMark(workflow: Workflow): Promise<OwnMark | undefined> {
  const own = await readOwnMark(workflow);
  const [, second = ''] = keysOf(workflow);
  const renewed = own && own.mark > 0 && decode(await workflow.shop.store.get(second).catch(() => null));
  return renewed && renewed.mark === own.mark ? { ...own, ...withoutUnknown(renewed) } : own;
}

const withoutUnknown = ({ announcedUntil, renewedAt }: OwnMark): Partial<OwnMark> => ({
  ...(announcedUntil !== undefined && { announcedUntil }),
  ...(renewedAt !== undefined && { renewedAt }),
});
