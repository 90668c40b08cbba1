/**
 * What users' workflows rest on, one line for each key, each choice and each key of list items. A line that is changed
 * or lost needs a major version. Labels and help texts are left out: they may be improved at any time.
 */

interface FieldDefinition {
  key: string;
  type?: string;
  required?: boolean;
  list?: boolean;
  default?: string;
  choices?: Record<string, string>;
  children?: FieldDefinition[];
}

export interface OperationDefinition {
  operation: { inputFields: FieldDefinition[]; outputFields: FieldDefinition[] };
}

type Line = [path: string, kind: string];

/** `line_items[].quantity` is a key of list items, `statuses: IN_ISSUE` a choice. */
function linesOf(field: FieldDefinition, prefix = ''): Line[] {
  const { type = 'string', list, required, default: preset, choices = {}, children } = field;
  const path = prefix + field.key;
  if (children) return [[path, 'line items'], ...children.flatMap((child) => linesOf(child, `${path}[].`))];
  const kind = [
    list ? `${type}[]` : type,
    ...(required ? ['required'] : []),
    ...(preset === undefined ? [] : [`default ${preset}`]),
  ].join(', ');
  return [[path, kind], ...Object.keys(choices).map((choice): Line => [`${path}: ${choice}`, 'choice'])];
}

/** @param id the template of the ids by which the platform tells two results apart, where there is one */
export const contractOf = ({ operation }: OperationDefinition, id: string | undefined) => ({
  ...(id !== undefined && { id }),
  // A field of the type "copy" is a text to read.
  inputs: Object.fromEntries(
    operation.inputFields.filter(({ type }) => type !== 'copy').flatMap((field) => linesOf(field)),
  ),
  outputs: Object.fromEntries(operation.outputFields.flatMap((field) => linesOf(field))),
});
