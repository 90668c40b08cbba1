/** What a field of a request may be, in words, from the schema that has refused it. */

import type { Bilingual } from '../../../problems.ts';

/** An issue of Zod, as Fastify passes it on. */
interface Issue {
  keyword: string;
  message?: string | undefined;
  params: {
    expected?: unknown;
    values?: unknown;
    origin?: unknown;
    minimum?: unknown;
    maximum?: unknown;
    /** Of a rule of our own, whose message is in English. */
    params?: { zh?: string };
  };
}

const TYPES: Readonly<Record<string, Bilingual>> = {
  string: { en: 'text', zh: '文本' },
  number: { en: 'a number', zh: '数字' },
  int: { en: 'a whole number', zh: '整数' },
  boolean: { en: 'true or false', zh: 'true 或 false' },
  array: { en: 'a list', zh: '列表' },
  object: { en: 'a JSON object', zh: 'JSON 对象' },
  record: { en: 'a JSON object', zh: 'JSON 对象' },
};
/** What is counted in each of them. */
const UNITS: Readonly<Record<string, Bilingual>> = {
  string: { en: ' characters', zh: ' 个字符' },
  array: { en: ' entries', zh: ' 项' },
};
const NOT_VALID: Bilingual = { en: 'what /openapi.json describes', zh: '/openapi.json 中说明的值' };

export function allowedBy({ keyword, message, params }: Issue): Bilingual {
  const { expected, values, origin, minimum, maximum, params: own } = params;
  const unit = UNITS[String(origin)] ?? { en: '', zh: '' };
  switch (keyword) {
    case 'invalid_type':
      return TYPES[String(expected)] ?? NOT_VALID;
    case 'invalid_value': {
      const names = Array.isArray(values) ? values.join(', ') : '';
      return { en: `one of ${names}`, zh: `${names} 之一` };
    }
    case 'too_small':
      return { en: `at least ${minimum}${unit.en}`, zh: `至少 ${minimum}${unit.zh}` };
    case 'too_big':
      return { en: `at most ${maximum}${unit.en}`, zh: `至多 ${maximum}${unit.zh}` };
    default:
      return message && own?.zh ? { en: message, zh: own.zh } : NOT_VALID;
  }
}
