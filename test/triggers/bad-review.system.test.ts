import { recordedItem } from '../../lib/aliexpress/recorded/samples.ts';
import { review } from '../../lib/aliexpress/records/review.ts';
import { fires } from '../../lib/pack/event.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import type { Review } from '../../sandbox/reviews.ts';
import badReview from '../../triggers/bad-review.ts';
import { type ConnectedApp, connectApp, NOON } from '../support/connected-app.ts';

const firesFor = (changes: object, inputs: object = {}) =>
  fires(
    badReview,
    { ...recordedItem(review), ...changes },
    { max_stars: 3, text_filter: 'any', ...inputs },
    NOON,
  );

test.each([1, 2, 3])('A review with %s stars is reported', (stars) => {
  expect(firesFor({ stars })).toBe(true);
});

test.each([4, 5])('A review with %s stars is not reported', (stars) => {
  expect(firesFor({ stars })).toBe(false);
});

test('A review whose stars are not published yet is not reported', () => {
  expect(firesFor({ stars: null })).toBe(false);
});

test('A review without text is reported unless the user wants reviews with text only', () => {
  const silent = { stars: 1, review_text: null };
  expect([firesFor(silent), firesFor(silent, { text_filter: 'text_only' })]).toEqual([true, false]);
});

describe('New Bad Review in a shop', () => {
  const DAYS = 8;
  let app: ConnectedApp;
  let emitted: Map<string, number>;
  let shown: unknown;
  /** Reviews that the buyer gives five stars, and that can be read since before the workflow is turned on. */
  let [edited, editedBefore]: Review[] = [];
  /** A review with half stars and without a date. */
  let undated: Review;

  const allReviews = () => [...app.sandbox.shop.reviews.values()].flat() as Review[];
  const written = (from: number, to: number) =>
    allReviews().filter(({ visibleAt }) => visibleAt > from && visibleAt < to);

  beforeAll(async () => {
    app = await connectApp({
      ordersPerDay: 8,
      historyDays: 45,
      badShare: 0.5,
      lifetimes: { accessSeconds: 90 * 86_400 },
    });
    [edited, editedBefore] = written(NOON - 5 * DAY, NOON - HOUR).filter(({ stars }) => stars === 5);
    [undated] = written(NOON + 6 * HOUR, NOON + DAY) as [Review];
    if (!edited || !editedBefore) throw new Error('the shop has no good reviews');
    edited.edits = [{ at: NOON + DAY, stars: 1 }];
    editedBefore.edits = [{ at: NOON - MINUTE, stars: 1 }];
    undated.stars = 1.5;
    undated.hasNoValidDate = true;
    emitted = await watch();
    shown = await app.poll('bad_review', { max_stars: 5 }, { isLoadingSample: true });
  });
  afterAll(() => app.close());

  /** Polls every hour; when each event was first there. */
  async function watch(): Promise<Map<string, number>> {
    const seeded = await app.poll('bad_review', {}, { isPopulatingDedupe: true });
    const first = new Map(seeded.map(({ id }) => [String(id), Number.NaN]));
    for (let at = NOON + HOUR; at <= NOON + DAYS * DAY; at += HOUR) {
      app.clock.advanceTo(at);
      for (const { id } of await app.poll('bad_review'))
        if (!first.has(String(id))) first.set(String(id), at);
    }
    return first;
  }
  const reportedAt = (each: Review | undefined) => emitted.get(String(each?.line.childId)) ?? Number.NaN;

  test('Every bad review of a week is reported within two days', () => {
    const bad = written(NOON, NOON + 5 * DAY).filter(({ stars }) => stars <= 3);
    expect(bad.length).toBeGreaterThan(5);
    for (const each of bad) expect(reportedAt(each) - each.visibleAt).toBeLessThan(2 * DAY);
  });

  test('No review is reported that is good, old, or not visible yet', () => {
    const all = new Map(allReviews().map((each) => [String(each.line.childId), each]));
    const found = [...emitted].filter(([id, at]) => !Number.isNaN(at) && all.get(id) !== edited);
    for (const [id, at] of found) {
      expect(all.get(id)?.stars).toBeLessThanOrEqual(3);
      expect(all.get(id)?.visibleAt).toBeGreaterThan(NOON - DAY);
      expect(all.get(id)?.visibleAt).toBeLessThanOrEqual(at);
    }
  });

  test('Events of bad reviews contain no personal data', () => {
    expect(JSON.stringify(shown)).toContain('stars');
    expect(JSON.stringify(shown)).not.toMatch(/canary/i);
  });

  test('A review that is edited from five stars to one is reported once', () => {
    expect(reportedAt(edited)).toBeGreaterThan(NOON + DAY);
  });

  test('A review that was edited before the workflow was turned on is not reported', () => {
    expect(reportedAt(editedBefore)).toBeNaN();
  });

  test('A review with half stars and without a date is reported', () => {
    expect(reportedAt(undated)).toBeGreaterThan(undated.visibleAt);
  });
});
