/** `claimOnCard` as one Redis command: Redis runs a script alone. */

import * as z from 'zod';
import {
  type CardAnswer,
  type CardClaim,
  closedKey,
  DAYS_IN_MARKER,
  MARKER_TTL_SECONDS,
  MAX_PAUSE_MS,
  MAX_RATE_SLOTS,
  MAX_RATE_WAIT_MS,
  MAX_SLOTS,
  MAX_SLOTS_SEARCHED,
  markKeys,
  NO_DAY,
  RATE_SLOT_MS,
  RATE_SLOT_TTL_SECONDS,
} from './card.ts';

/** The answer is an outcome, its slot or time, and when the call may be sent. The keys of slots are made from KEYS[1]. */
const CLAIM_SCRIPT = `
local card, marker, closed, pause, rate = KEYS[1], KEYS[2], KEYS[3], KEYS[7], KEYS[8]
local day, id = ARGV[1], ARGV[2]
local ends, first, last, ttl, now = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local function get(key) return redis.call('GET', key) end
local function put(key, value, seconds) redis.call('SET', key, value, 'EX', seconds) end
local function number(text) return string.match(text, '^%d+$') and tonumber(text) or string.match(text, '^%d+%.%d+$') and tonumber(text) end
if pause then
  local stored = get(pause)
  local paused = stored and number(stored) or 0
  if paused > now and paused <= now + ${MAX_PAUSE_MS} then return {'paused', paused, 0} end
end
local stored = get(closed)
local closed_until = stored and math.min(number(stored) or ends, ends) or 0
if closed_until > now then return {'used_up', closed_until, 0} end
local high, begun = nil, false
for n = 4, 6 do
  local mark = get(KEYS[n])
  if mark then begun = true end
  if mark and string.match(mark, '^%d+$') and tonumber(mark) <= ${MAX_SLOTS} then high = math.max(high or 0, tonumber(mark)) end
end
local days, known = {}, false
for each in string.gmatch(get(marker) or '', '[^,]+') do
  if each == '${NO_DAY}' then known = true end
  if string.match(each, '^%d%d%d%d%-%d%d%-%d%d$') then table.insert(days, each) end
  if each == day then begun = true end
end
known = known or #days > 0
local function keep_marker()
  for _, each in ipairs(days) do if each == day then return end end
  table.insert(days, day)
  while #days > ${DAYS_IN_MARKER} do table.remove(days, 1) end
  put(marker, table.concat(days, ','), ${MARKER_TTL_SECONDS})
end
local function keep_marks(slot)
  for n = 4, 6 do put(KEYS[n], slot, ttl) end
end
if not high and (begun or (not known and ARGV[8] == '0')) then
  keep_marker()
  return {'store_forgot', ends, 0}
end
high = high or 0
local slot = math.max(math.min(first, high + 1), high - ${MAX_SLOTS_SEARCHED})
while slot <= last do
  local holder = get(card .. ':' .. slot)
  if holder == id or (not holder and slot > high) then break end
  slot = slot + 1
end
if slot > last then
  keep_marks(math.max(high, last))
  keep_marker()
  return {'used_up', ends, 0}
end
local send = pause and 0 or now
if pause then
  local current = math.floor(now / ${RATE_SLOT_MS})
  for turn = current, current + ${MAX_RATE_SLOTS - 1} do
    local start = turn * ${RATE_SLOT_MS}
    if start >= ends then break end
    local kept = ${RATE_SLOT_TTL_SECONDS} + math.max(0, math.ceil((start - now) / 1000))
    if redis.call('SET', rate .. ':' .. turn, '1', 'NX', 'EX', kept) then
      send = math.max(now, start)
      break
    end
  end
  if send == 0 then return {'busy', math.min(ends, now + ${MAX_RATE_WAIT_MS}), 0} end
end
put(card .. ':' .. slot, id, ttl)
keep_marks(math.max(high, slot))
keep_marker()
return {'granted', slot, send}
`.trim();

const answerSchema = z.tuple([
  z.enum(['granted', 'used_up', 'paused', 'store_forgot', 'busy']),
  z.number().int(),
  z.number().int(),
]);

/** The parts of the command. */
export function claimCommand(claim: CardClaim): (string | number)[] {
  const { keys, day, dayEnd, id, firstSlot, lastSlot, ttlSeconds, now, isNewShop, gate } = claim;
  const card = [keys.card, keys.marker, closedKey(keys), ...markKeys(keys)];
  const all = gate ? [...card, gate.pause, gate.rate] : card;
  const numbers = [dayEnd, firstSlot, lastSlot, ttlSeconds, now, isNewShop ? 1 : 0];
  return ['EVAL', CLAIM_SCRIPT, all.length, ...all, day, id, ...numbers];
}

/** Throws if it is not known whether the call is claimed. */
export function readClaimAnswer(answer: unknown): CardAnswer {
  const [outcome, value, sendAt] = answerSchema.parse(answer);
  return outcome === 'granted' ? { outcome, slot: value, sendAt } : { outcome, until: value };
}
