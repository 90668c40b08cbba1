/** A Chinese character, or punctuation that only Chinese texts have. */
export const CHINESE = /\p{Script=Han}|[\u3000-\u303f\uff00-\uffef]/u;
