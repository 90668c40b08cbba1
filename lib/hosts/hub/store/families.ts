/**
 * What an app may write into the engine's store: families of keys, each with what its values look like and how long they
 * are kept at most. A key holds the seller ID, or what all shops of an app share. A digit behind the first word is the number of a format.
 */

import { cardKeys, closedKey, markerKey, NO_DAY, recheckKey } from '../../../stores/card.ts';
import { readJson } from '../../../stores/stored.ts';

interface Family {
  key: RegExp;
  value(text: string): boolean;
  maxSeconds: number;
}

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;
const MAX_SECONDS = 180 * DAY_SECONDS;

const anyText = () => true;
const isNumber = (text: string) => /^-?\d{1,16}(\.\d{1,10})?$/.test(text);
const isJson = (text: string) => readJson(text) !== undefined;
/** Base64 of what is compressed. */
const isPacked = (text: string) => /^[A-Za-z0-9+/]+={0,2}$/.test(text);
const isHeadNumber = (text: string) => /^\d{1,12}$/.test(text);

const APP = 'app-[\\w-]{8}';
/** The address is the one from which apps on Zapier send: they cannot stop the hub's own requests. */
const SHARED = `(address-zapier|${APP}(-[\\w./]{1,100})?)`;

const family = (key: string, value: Family['value'], maxSeconds = MAX_SECONDS): Family => ({
  key: new RegExp(`^${key.replace('SELLER', '\\d{1,20}').replace('SHARED', SHARED).replace('APP', APP)}$`),
  value,
  maxSeconds,
});

const FAMILIES: readonly Family[] = [
  family('pause:(SELLER|SHARED)', isNumber),
  family('limit:(SELLER|SHARED)', isJson),
  family('probe:SHARED:[\\d.]{1,20}', (text) => text === '1', 2 * MINUTE_SECONDS),
  family('denied:SELLER:[\\w.]{1,100}', isJson, DAY_SECONDS),
  family('rate:(SELLER|APP):\\d{1,16}', (text) => text === '1', MINUTE_SECONDS),
  family('time:SELLER(:[\\w-]{1,20})?', isNumber),
  family('capabilities\\d:SELLER', isJson),
  family('shop:SELLER:\\w{1,20}', anyText),
  family('refresh:SELLER:[\\w+/=-]{1,100}', anyText, 10 * MINUTE_SECONDS),
  // A reader that cannot store anything rests for some minutes. A longer lease would be a feed that stands still.
  family('lease:(SELLER:\\w{1,40}|skipped:\\d{1,20})', anyText, 10 * MINUTE_SECONDS),
  family('snap\\d:SELLER:\\w{1,40}(:again)?', isHeadNumber),
  family('snap\\d:SELLER:\\w{1,40}:\\d{1,12}', (text) => isHeadNumber(text) || isPacked(text)),
  family('(chunk|watch)\\d:SELLER:\\w{1,40}:\\w{1,40}', isPacked),
  family('status\\d:SELLER:\\w{1,40}', isJson),
  family('(orders|products|stock|abnormal)\\d:SELLER:\\d{1,3}:[a-z]', isPacked),
  family('mark:\\d:SELLER:[\\w:./|+=-]{1,300}', isJson),
  family('returned:\\d:SELLER:[\\w:./|+=-]{1,300}', anyText),
  family('skipped:\\d:SELLER', isJson),
];

const CARD_KEY = /^slots:(\d{1,20}|app-[\w-]{8}):[\w:-]{1,40}$/;

export interface NewEntry {
  key: string;
  value: string;
  ttlSeconds: number;
}

/** Whether the key is one of the engine's. */
export const isEngineKey = (key: string): boolean => CARD_KEY.test(key) || familyOf(key) !== undefined;

/** The last days of a shop, which a reader may keep known. */
export const isMarker = (key: string): boolean => key === markerKey(key.split(':')[1] ?? '');

/** Nobody takes a call off a card. */
export const isDeletable = (key: string): boolean => familyOf(key) !== undefined;

/** How long an app may have the entry kept, seconds; undefined where it must not write it. */
export function secondsFor({ key, value, ttlSeconds }: NewEntry, command: 'set' | 'add'): number | undefined {
  const { value: isValue = () => false, maxSeconds = 0 } = familyOf(key) ?? cardFamily(key, command) ?? {};
  return isValue(value) ? Math.min(ttlSeconds, maxSeconds) : undefined;
}

const familyOf = (key: string): Family | undefined => FAMILIES.find((each) => each.key.test(key));

/** Calls are taken by claims alone. */
function cardFamily(key: string, command: 'set' | 'add'): Omit<Family, 'key'> | undefined {
  const [, seller = '', day = ''] = key.split(':');
  const keys = cardKeys(seller, day);
  // AliExpress has said that the calls of a day are used up.
  if (key === closedKey(keys)) return { value: isNumber, maxSeconds: 3 * DAY_SECONDS };
  if (command === 'set') return undefined;
  if (key === recheckKey(keys)) return { value: (text) => text === '1', maxSeconds: MINUTE_SECONDS };
  // A shop that has had no card yet.
  if (isMarker(key)) return { value: (text) => text === NO_DAY, maxSeconds: MAX_SECONDS };
  return undefined;
}
