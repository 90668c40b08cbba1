import type { Order } from '../orders.ts';

const cities: Record<string, string> = {
  ES: 'Madrid',
  FR: 'Paris',
  US: 'Chicago',
  BR: 'Curitiba',
  PL: 'Warszawa',
  UK: 'London',
  DE: 'Berlin',
  KR: 'Incheon',
  RU: 'Москва',
};

export type Where = 'origin' | 'on the way' | 'destination';

/** The place that a carrier writes beside an event. */
export const placeOf = (where: Where, { country }: Order): string =>
  where === 'origin' ? 'Shenzhen' : where === 'on the way' ? 'Liège' : (cities[country] ?? country);
