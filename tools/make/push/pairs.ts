/** Which component at Make is which of ours. */

import type { Bilingual } from '../../../lib/problems.ts';
import { type Component, keyOf } from './app-folder.ts';
import type { RemoteComponent } from './kinds.ts';
import { PushError } from './push-error.ts';

/**
 * Modules and remote procedures have our names. Make names connections and webhooks itself: a webhook is recognized by
 * its module or its label, a connection by its type and its label. One with a label that none of ours has is ours with an
 * older label, if its type fits.
 * @throws PushError where several may be meant
 */
export function pair(
  ours: readonly Component[],
  theirs: readonly RemoteComponent[],
): Map<string, RemoteComponent> {
  const paired = new Map<string, RemoteComponent>();
  for (const component of ours) {
    const taken = new Set(paired.values());
    const candidates = candidatesFor(
      component,
      ours,
      theirs.filter((remote) => !taken.has(remote)),
    );
    const [found, ...more] = candidates;
    if (found && more.length > 0)
      throw new PushError(severalCandidates(component, candidates.map(({ name }) => name).join(', ')));
    if (found) paired.set(keyOf(component), found);
  }
  return paired;
}

const severalCandidates = ({ kind, fields }: Component, names: string): Bilingual => ({
  en: `The app has several ${kind}s that may be "${fields.label}": ${names}. Delete those that are not used at Make, or give the label to one of them only.`,
  zh: `应用中有多个 ${kind} 可能是“${fields.label}”：${names}。请在 Make 中删除不用的，或只让其中一个使用该标签。`,
});

function candidatesFor(
  { kind, id, fields }: Component,
  ours: readonly Component[],
  theirs: readonly RemoteComponent[],
): RemoteComponent[] {
  const ofKind = theirs.filter((remote) => remote.kind === kind);
  if (kind === 'module' || kind === 'rpc') return ofKind.filter(({ name }) => name === id);
  const ofType = ofKind.filter((remote) => remote.fields.type === fields.type);
  const labeled = ofType.filter((remote) => remote.fields.label === fields.label);
  if (kind === 'connection') {
    const labels = ours.map((own) => own.kind === 'connection' && own.fields.label);
    return labeled.length > 0
      ? labeled
      : ofType.filter((remote) => !labels.includes(String(remote.fields.label)));
  }
  const owned = ofType.filter(({ name }) =>
    theirs.some(
      (module) =>
        module.kind === 'module' &&
        module.fields.webhook === name &&
        ours.some((own) => own.kind === 'module' && own.id === module.name && own.fields.webhook === id),
    ),
  );
  return owned.length > 0 ? owned : labeled;
}
