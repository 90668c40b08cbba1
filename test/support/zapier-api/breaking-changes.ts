/** What Zapier refuses to promote within a major version since May 2026. */

import { type Definition, type Field, operationsOf } from '../publishing-checks/definition.ts';

/** As sentences. */
export function breakingChanges(before: Definition, after: Definition): string[] {
  const now = new Map(operationsOf(after).map((operation) => [operation.path, operation]));
  const ofOperations = operationsOf(before).flatMap((operation) => {
    const kept = now.get(operation.path);
    if (!kept) return [`${operation.name} was removed.`];
    return [
      ...(kept.isHook === operation.isHook ? [] : [`${operation.name} has another type.`]),
      ...ofInputs(operation.name, operation.inputsAndChildren, kept.inputsAndChildren),
    ];
  });
  const ofAuthentication =
    before.authentication?.type === after.authentication?.type
      ? []
      : ['The authentication has another type.'];
  const ofPairs = Object.keys(before.searchOrCreates)
    .filter((key) => !(key in after.searchOrCreates))
    .map((key) => `Search or create ${key} was removed.`);
  return [...ofOperations, ...ofAuthentication, ...ofPairs];
}

const ofInputs = (name: string, before: readonly Field[], after: readonly Field[]): string[] => [
  ...before
    .filter(({ key }) => !after.some((input) => input.key === key))
    .map(({ key }) => `${name}: the input ${key} was removed.`),
  ...after
    .filter(
      (input) =>
        input.required &&
        !('default' in input) &&
        !before.some(({ key, required }) => key === input.key && required),
    )
    .map(({ key }) => `${name}: the input ${key} has become required.`),
];
