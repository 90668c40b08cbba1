/** A publishing check, and the ways in which checks walk an app. */

import type { Definition, Field, Operation } from './definition.ts';
import { isValues, type SampleFault, type Values } from './values.ts';

export interface Check {
  code: string;
  /** What must be so, in one line. */
  rule: string;
  /** What is not so, as sentences that name the operation and the field. */
  find(app: Definition): string[];
}

/** What is wrong, in words; nothing where nothing is. */
type Found = string | false | undefined;

export const inOperations = (
  operations: readonly Operation[],
  find: (operation: Operation) => Found | Found[],
): string[] =>
  operations.flatMap((operation) =>
    [find(operation)].flat().flatMap((found) => (found ? [`${operation.name}: ${found}.`] : [])),
  );

export const inInputs = (
  operations: readonly Operation[],
  find: (input: Field, operation: Operation) => Found,
): string[] =>
  inOperations(operations, (operation) =>
    operation.inputsAndChildren.map((input) => {
      const found = find(input, operation);
      return found && `the input ${input.key} ${found}`;
    }),
  );

export const inSamples = (
  operations: readonly Operation[],
  find: (sample: Values, operation: Operation) => SampleFault[],
): string[] =>
  inOperations(operations, (operation) =>
    isValues(operation.sample)
      ? find(operation.sample, operation).map(({ path, why }) => `in the sample, ${path} ${why}`)
      : [],
  );
