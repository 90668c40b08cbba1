/**
 * The figures of a shop, from lists whose items stand side by side: the same as `lib/feeds/figures.ts`, in Redis, because
 * IML cannot add up what depends on something else. Nothing is kept there. Times are as AliExpress writes them, which
 * compare as texts do.
 *
 * ARGV: 1 now in epoch milliseconds; 2 the start of the period, 3 its end; 4 codes of cancelled orders, each between bars;
 *       5, 6, 7 whether the list of placed, of ended and of orders to ship is whole: "y" or "n". Then lists, with bars
 *       between. Of the orders placed: 8 when, 9 status, 10 when paid, 11 end reason, 12 cents, 13 cents of a unit,
 *       14 and 15 amount, 16 and 17 currency, in two places each. Of the orders ended: 18 when, 19 when paid, 20 end
 *       reason. Of the orders to ship: 21 milliseconds left
 * Answer: JSON text, `{orders, revenue, cancelled, overdue}`, all texts, '' where a list is not whole
 */
export const FIGURES_SCRIPT = `
local now, from, to = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local nothing = {__index = function() return '' end}
local function list(n)
  local parts = setmetatable({}, nothing)
  if ARGV[n] == '' then return parts end
  for part in string.gmatch(ARGV[n] .. '|', '([^|]*)|') do parts[#parts + 1] = part end
  return parts
end
local function within(time) return time >= from and time < to end
local function cancelled(reason, paid)
  return paid == '' or (reason ~= '' and string.find(ARGV[4], '|' .. reason .. '|', 1, true) ~= nil)
end
local orders, sums, names = 0, {}, {}
local status, paid, reason = list(9), list(10), list(11)
local cents, factors = list(12), list(13)
local function either(n, other) return n ~= '' and n or other end
local amounts, amountTexts, currencies, codes = list(14), list(15), list(16), list(17)
local function read(n)
  if string.find(cents[n], '^-?%d+$') then
    local factor = string.find(factors[n], '^[1-9]%d*$') and factors[n] or '100'
    return tonumber(cents[n]), #factor - 1
  end
  local whole, part = string.match(either(amounts[n], amountTexts[n]), '^(-?%d+)%.?(%d*)$')
  if whole then return tonumber(whole .. part), #part end
end
for n, placed in ipairs(list(8)) do
  if within(placed) then
    orders = orders + 1
    if paid[n] ~= '' and not (status[n] == 'FINISH' and cancelled(reason[n], paid[n])) then
      local units, digits = read(n)
      if units then
        local name = string.gsub(either(either(currencies[n], codes[n]), '?'), '["\\\\%c]', '')
        local sum = sums[name]
        if not sum then
          sum = {count = 0, units = 0, digits = 0}
          sums[name] = sum
          names[#names + 1] = name
        end
        local most = math.max(sum.digits, digits)
        sum.units = sum.units * 10 ^ (most - sum.digits) + units * 10 ^ (most - digits)
        sum.count, sum.digits = sum.count + 1, most
      end
    end
  end
end
table.sort(names, function(a, b)
  if sums[a].count == sums[b].count then return a < b end
  return sums[a].count > sums[b].count
end)
local revenue = {}
for _, name in ipairs(names) do
  local sum = sums[name]
  local text = string.format('%.0f', math.abs(sum.units))
  text = string.rep('0', sum.digits + 1 - #text) .. text
  if sum.digits > 0 then text = string.sub(text, 1, -sum.digits - 1) .. '.' .. string.sub(text, -sum.digits) end
  revenue[#revenue + 1] = name .. ' ' .. (sum.units < 0 and '-' or '') .. text
end
local ended, gone = 0, list(20)
local was = list(19)
for n, at in ipairs(list(18)) do
  if within(at) and cancelled(gone[n], was[n]) then ended = ended + 1 end
end
local overdue = 0
for _, left in ipairs(list(21)) do
  local ms = tonumber(left)
  if ms and math.floor((now + ms) / 60000 + 0.5) * 60000 < now then overdue = overdue + 1 end
end
local function told(n, figure) return ARGV[n] == 'y' and figure or '' end
return '{"orders":"' .. told(5, orders) .. '","revenue":"' .. told(5, #revenue > 0 and table.concat(revenue, '; ') or '0')
  .. '","cancelled":"' .. told(6, ended) .. '","overdue":"' .. told(7, overdue) .. '"}'
`.trim();
