/** How long the texts of requests may be. What is stored of them would otherwise grow without an end. */

import * as z from 'zod';

const MAX_FIELDS = 100;
const MAX_FIELDS_LENGTH = 64 * 1024;

/** An id, a key of the registry, or a secret of the hub. */
export const idText = z.string().max(100);
export const urlText = z.string().max(2000);

/** Inputs or settings by their keys. */
export const fieldsByKey = z
  .record(idText, z.unknown())
  .refine((fields) => Object.keys(fields).length <= MAX_FIELDS, {
    error: `at most ${MAX_FIELDS} fields`,
    params: { zh: `至多 ${MAX_FIELDS} 项` },
  })
  .refine((fields) => JSON.stringify(fields).length <= MAX_FIELDS_LENGTH, {
    error: `at most ${MAX_FIELDS_LENGTH} characters together`,
    params: { zh: `合计至多 ${MAX_FIELDS_LENGTH} 个字符` },
  });
