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
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({
      ordersPerDay: 8,
      historyDays: 45,
      badShare: 0.5,
      lifetimes: { accessSeconds: 90 * 86_400 },
    });
  });
  afterEach(() => app.close());

  /** Polls every hour; when each event was first there. */
  async function watch(days: number): Promise<Map<string, number>> {
    const seeded = await app.poll('bad_review', {}, { isPopulatingDedupe: true });
    const emitted = new Map(seeded.map(({ id }) => [String(id), Number.NaN]));
    for (let at = NOON + HOUR; at <= NOON + days * DAY; at += HOUR) {
      app.clock.advanceTo(at);
      for (const { id } of await app.poll('bad_review'))
        if (!emitted.has(String(id))) emitted.set(String(id), at);
    }
    return emitted;
  }
  const written = (from: number, to: number) =>
    [...app.sandbox.shop.reviews.values()]
      .flat()
      .filter(({ visibleAt }) => visibleAt > from && visibleAt < to);

  test('Every bad review of a week is reported within two days, and no other review', async () => {
    const emitted = await watch(7);
    const found = [...emitted].filter(([, at]) => !Number.isNaN(at));
    const bad = written(NOON, NOON + 5 * DAY).filter(({ stars }) => stars <= 3);
    expect(bad.length).toBeGreaterThan(5);
    for (const { line, visibleAt } of bad) {
      expect((emitted.get(String(line.childId)) ?? Number.POSITIVE_INFINITY) - visibleAt).toBeLessThan(
        2 * DAY,
      );
    }
    const all = new Map(
      [...app.sandbox.shop.reviews.values()].flat().map((each) => [String(each.line.childId), each]),
    );
    for (const [id, at] of found) {
      expect(all.get(id)?.stars).toBeLessThanOrEqual(3);
      expect(all.get(id)?.visibleAt).toBeGreaterThan(NOON - DAY);
      expect(all.get(id)?.visibleAt).toBeLessThanOrEqual(at);
    }
  });

  test('Events of bad reviews contain no personal data', async () => {
    await watch(1);
    const events = await app.poll('bad_review', { max_stars: 5 }, { isLoadingSample: true });
    expect(JSON.stringify(events)).not.toMatch(/canary/i);
  });

  /** A review that the buyer gives five stars, and that can be read since an hour before the workflow is turned on. */
  function goodReview() {
    const all = [...app.sandbox.shop.reviews.values()].flat() as Review[];
    const review = all.find(
      ({ stars, visibleAt }) => stars === 5 && visibleAt < NOON - HOUR && visibleAt > NOON - 5 * DAY,
    );
    if (!review) throw new Error('the shop has no good review');
    return review;
  }

  test('A review that is edited from five stars to one is reported once', async () => {
    const review = goodReview();
    review.edits = [{ at: NOON + DAY, stars: 1 }];
    const emitted = await watch(8);
    expect(emitted.get(String(review.line.childId))).toBeGreaterThan(NOON + DAY);
  });

  test('A review that was edited before the workflow was turned on is not reported', async () => {
    const review = goodReview();
    review.edits = [{ at: NOON - MINUTE, stars: 1 }];
    const emitted = await watch(3);
    expect(emitted.get(String(review.line.childId)) ?? Number.NaN).toBeNaN();
  });

  test('A review with half stars and without a date is reported', async () => {
    const all = [...app.sandbox.shop.reviews.values()].flat() as Review[];
    const review = all.find(({ visibleAt }) => visibleAt > NOON + 6 * HOUR && visibleAt < NOON + DAY);
    if (!review) throw new Error('the shop has no new review');
    review.stars = 1.5;
    review.hasNoValidDate = true;
    const emitted = await watch(4);
    expect(emitted.get(String(review.line.childId))).toBeGreaterThan(review.visibleAt);
  });
});
