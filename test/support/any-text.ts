import fc from 'fast-check';

/** Any text, including rare characters and lone surrogates. */
export const anyText = fc.oneof(
  ...(
    [
      'binary',
      'grapheme',
      fc.constantFrom('订', '单', '👩‍👩‍👧‍👦', 'é', '\n', '*', ' '),
      fc.constantFrom('a', '\ud83d', '\udc69', '😀'),
    ] as const
  ).map((unit) => fc.string({ unit, maxLength: 1500, size: 'max' })),
);
/** Shrinking a long text takes long. */
fc.configureGlobal({ endOnFailure: true });
