/**
 * What the stock of watched SKUs was. As the stock feed: a record says when its stock last changed and last rose, so an
 * alert that goes by the second is given once while the stock falls, and once more after it was filled up.
 *
 * KEYS: 1 what is remembered
 * ARGV: 1 now in epoch milliseconds, 2 the level, then for each product its number, the ids of its SKUs and their stock,
 *       both with commas between
 * Answer: JSON text, `{"k{product}/{SKU}": {previous, changed, restocked, low}}`, all texts; `low` is since when it has
 * been at the level or below it, later than any that was handed out before
 */
export const STOCK_SCRIPT = `
local now, level = tonumber(ARGV[1]), tonumber(ARGV[2])
local last = tonumber(redis.call('HGET', KEYS[1], 'last') or '0')
local function split(text)
  local parts = {}
  for part in string.gmatch(text .. ',', '([^,]*),') do parts[#parts + 1] = part end
  return parts
end
local told = {}
for n = 3, #ARGV, 3 do
  local stocks = split(ARGV[n + 2])
  for at, id in ipairs(split(ARGV[n + 1])) do
    local pieces = tonumber(stocks[at] or '')
    if pieces then
      local key = ARGV[n] .. '/' .. string.gsub(id == '' and 'default' or id, '["%c]', '')
      local known = redis.call('HGET', KEYS[1], key)
      local stock, previous, changed, restocked = string.match(known or '', '^(.-)|(.-)|(.-)|(.-)$')
      if tonumber(stock or '') ~= pieces then
        if not stock or pieces > tonumber(stock) then restocked = string.format('%.0f', now) end
        previous, stock, changed = stock or '', tostring(pieces), string.format('%.0f', now)
      end
      redis.call('HSET', KEYS[1], key, stock .. '|' .. previous .. '|' .. changed .. '|' .. restocked)
      local low = ''
      if pieces <= level then
        local mark = key .. '@' .. level
        local since, of = string.match(redis.call('HGET', KEYS[1], mark) or '', '^(.-)|(.-)$')
        if of ~= restocked then
          last = math.max(last + 1, now)
          since = string.format('%.0f', last)
          redis.call('HSET', KEYS[1], mark, since .. '|' .. restocked, 'last', since)
        end
        low = since
      end
      told[#told + 1] = '"k' .. key .. '":{"previous":"' .. previous .. '","changed":"' .. changed
        .. '","restocked":"' .. restocked .. '","low":"' .. low .. '"}'
    end
  end
end
redis.call('EXPIRE', KEYS[1], 3456000)
return '{' .. table.concat(told, ',') .. '}'
`.trim();
