/** The star ratings that an input offers. */
export const STARS = {
  1: { en: '1 star', zh: '1 星' },
  2: { en: '2 stars', zh: '2 星' },
  3: { en: '3 stars', zh: '3 星' },
  4: { en: '4 stars', zh: '4 星' },
  5: { en: '5 stars', zh: '5 星' },
};

/** Reviews with this many stars or fewer are bad unless the user chose another number. */
export const DEFAULT_MAX_STARS = 3;
