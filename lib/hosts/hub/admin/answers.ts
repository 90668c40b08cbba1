/** Parts of the answers of `/admin`. */

import * as z from 'zod';

export const toIso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** ISO 8601 in UTC. */
export const time = z.string();
export const idParams = z.object({ id: z.string() });
export const bilingual = z.object({ en: z.string(), zh: z.string() });
