/** Makes the calls of a probe: not more than it may, paid as a person's, each answer in its whole. */

import type * as z from 'zod';
import { unread } from '../../aliexpress/evidence.ts';
import type { Method } from '../../aliexpress/method.ts';
import { emptyShape, type Shape } from '../../aliexpress/shape.ts';
import { isProblem, type Problem, type ProblemKind } from '../../problems.ts';
import type { FeedServices } from '../engine/feed.ts';

export const MAX_CALLS = 12;
/** After so many calls in a row without an answer no further one is made. */
const MAX_UNANSWERED = 2;

/** Why a question was not answered. `not_asked`: no call was left for it. */
export type Silence = 'refused' | 'not_granted' | 'unreachable' | 'not_asked';

export type Outcome = Silence | 'answered';

export type Reply =
  | { answer: Record<string, unknown>; answeredAt: number; because?: undefined }
  | { answer?: undefined; because: Silence };

/** What a refusal of one call says. After any other problem no further call can succeed. */
const SILENCES: Partial<Record<ProblemKind, Silence>> = {
  request_refused: 'refused',
  method_retired: 'refused',
  method_changed: 'refused',
  answer_changed: 'refused',
  permission_missing: 'not_granted',
  aliexpress_unreachable: 'unreachable',
};

export interface ProbeSession {
  call<R extends z.ZodType>(method: Method<R>, request: z.input<R>): Promise<Reply>;
  /** Calls paid so far. */
  calls(): number;
  /** Calls that are left. */
  left(): number;
  /** What became of the calls of each method, by name. */
  outcomes: ReadonlyMap<string, Outcome>;
  /** What ended the probe before all was asked. */
  stoppedBy(): Problem | undefined;
  /** The shapes of the answers, by method. */
  shapes: ReadonlyMap<string, Shape>;
  now(): number;
}

/** @throws Problem if the first call cannot be made */
export function startSession({ gateway, clock }: Pick<FeedServices, 'gateway' | 'clock'>): ProbeSession {
  const shapes = new Map<string, Shape>();
  const outcomes = new Map<string, Outcome>();
  let calls = 0;
  let unanswered = 0;
  let stoppedBy: Problem | undefined;

  async function call<R extends z.ZodType>(method: Method<R>, request: z.input<R>): Promise<Reply> {
    if (stoppedBy || calls >= MAX_CALLS) return silent(method, 'not_asked');
    try {
      const onPaid = () => {
        calls += 1;
      };
      const answered = await gateway.call(unread(method), request, { lane: 'interactive', onPaid });
      const shape = shapes.get(method.name) ?? emptyShape();
      shapes.set(method.name, shape);
      shape.add(answered.answer);
      outcomes.set(method.name, 'answered');
      unanswered = 0;
      return answered;
    } catch (error) {
      if (!isProblem(error)) throw error;
      const because = SILENCES[error.kind];
      unanswered = because === 'unreachable' ? unanswered + 1 : 0;
      if (because && unanswered < MAX_UNANSWERED) return silent(method, because);
      if (calls === 0) throw error;
      stoppedBy = error;
      return silent(method, because ?? 'not_asked');
    }
  }

  function silent({ name }: Method, because: Silence): Reply {
    // One method may answer about one thing, and not about another.
    if (outcomes.get(name) !== 'answered') outcomes.set(name, because);
    return { because };
  }

  return {
    call,
    calls: () => calls,
    left: () => (stoppedBy ? 0 : MAX_CALLS - calls),
    stoppedBy: () => stoppedBy,
    shapes,
    outcomes,
    now: () => clock.now(),
  };
}
