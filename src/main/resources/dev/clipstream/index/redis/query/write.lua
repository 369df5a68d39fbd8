-- Makes the changes of a batch to one medium, atomically: compares versions, then changes the hash of the medium.
--
-- The hash `doc` is a medium that is shown; the query engine indexes it. The hash `aside` is a medium that is not shown
-- (a deletion, or tags that arrived before their vector); the engine does not index it. Each command that changes `doc`
-- makes the engine insert the vector again, which costs most. So a vector and its tags come in one call where possible,
-- and the script uses as few commands as possible.
--
-- KEYS  doc, aside: in one slot
-- ARGV  1 seconds that a tombstone lives, then for each operation, in order, at most one for the vector and one for the
--       tags:
--       1 operation: v+ v- (put, delete vector) t+ t- (put, delete tags)   2 log   3 offset   4 time in ms
--       5 number of arguments that follow:
--       v+: source (the upload), then fields of the hash, names and values
--       t+: source, labels, words of the tags, words of the label sets, then fields of the hash, names and values
-- Returns the sum of 1 if the operation on the vector was applied and 2 if that on the tags was; 0 if all were stale.
--
-- A full server refuses the first command that takes memory, before anything has changed. It never refuses commands that
-- free memory, so these come first.
local doc, aside = KEYS[1], KEYS[2]
local shown = redis.call('EXISTS', doc) == 1
local home = shown and doc or aside
local known = redis.call('HMGET', home, 'v_log', 'v_offset', 'v_time', 't_log', 't_offset', 't_time',
  'v_source', 't_source', 'labels', 'filter_tags', 'filter_set', 'wait_labels', 'wait_tags', 'wait_set')
local versions = { v = { known[1], known[2], known[3] }, t = { known[4], known[5], known[6] } }
local v_source, t_source = known[7], known[8]
-- the words of the tags: in filter_... if they belong to the vector that is shown, otherwise in wait_...
local first_word = v_source and v_source == t_source and 9 or 12
local labels, tags, set = known[first_word] or '', known[first_word + 1] or '', known[first_word + 2] or ''

local fields, given = {}, {}
local function put(name, value)
  fields[#fields + 1] = name
  fields[#fields + 1] = value
  given[name] = true
end

local applied = {}
local at = 2
while at <= #ARGV do
  local op, log, offset, time = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local first, last = at + 5, at + 4 + tonumber(ARGV[at + 4])
  at = last + 1
  local part = op:sub(1, 1)
  if is_newer(versions[part], log, offset, time) then
    applied[op], applied[part] = true, true
    put(part .. '_log', log)
    put(part .. '_offset', offset)
    put(part .. '_time', time)
    local from = last + 1
    if op == 'v+' then
      v_source, from = ARGV[first], first + 1
      put('v_source', v_source)
    elseif op == 'v-' then
      v_source = false
    elseif op == 't+' then
      t_source, labels, tags, set, from = ARGV[first], ARGV[first + 1], ARGV[first + 2], ARGV[first + 3], first + 4
      put('t_source', t_source)
    else
      t_source, labels, tags, set = false, '', '', ''
    end
    for i = from, last, 2 do
      put(ARGV[i], ARGV[i + 1])
    end
  end
end
if not (applied.v or applied.t) then
  return 0
end

local TAGS = { 't_source', 'tags', 'label_set', 'label_set_version', 'label_sets' }
local vanishes = applied['v-'] and shown
if applied['t-'] and not vanishes then
  redis.call('HDEL', home, unpack(TAGS))
end
local is_new = not (known[1] or known[4])
local moves = shown ~= (v_source ~= false) and not is_new
if moves then
  -- the tags move to the other hash
  local names = { 't_log', 't_offset', 't_time' }
  if not applied['t-'] then
    names = { 't_log', 't_offset', 't_time', unpack(TAGS) }
  end
  for i, value in ipairs(redis.call('HMGET', home, unpack(names))) do
    if value and not given[names[i]] then
      put(names[i], value)
    end
  end
elseif applied['v+'] and shown then
  for _, name in ipairs({ 'uri', 'content_type' }) do
    if not given[name] and redis.call('HEXISTS', doc, name) == 1 then
      redis.call('HDEL', doc, name)
    end
  end
end
if applied['v-'] then
  redis.call('DEL', doc)
end

if v_source then
  local together = v_source == t_source
  put('labels', together and labels or '')
  put('filter_tags', together and tags or '')
  put('filter_set', together and set or '')
  put('wait_labels', together and '' or labels)
  put('wait_tags', together and '' or tags)
  put('wait_set', together and '' or set)
  redis.call('HSET', doc, unpack(fields))
  if moves then
    redis.call('DEL', aside)
  end
else
  put('wait_labels', labels)
  put('wait_tags', tags)
  put('wait_set', set)
  redis.call('HSET', aside, unpack(fields))
  redis.call('EXPIRE', aside, ARGV[1])
end
return (applied.v and 1 or 0) + (applied.t and 2 or 0)
