-- One write to one medium in one step: compares versions, then changes the medium's hash.
--
-- A medium that is shown is the hash `doc`, which the query engine indexes. What is known of one that is not (a deletion,
-- tags that came before their vector) is the hash `aside`, which it does not. Each command that changes `doc` makes the
-- engine insert the vector again, so there is one wherever one is enough.
--
-- KEYS  doc, aside: of one slot
-- ARGV  1 operation: v+ v- (vector) t+ t- (tags)   2 log  3 offset  4 time in ms   5 seconds that a tombstone lives
--       6 source (the upload)
--       v+: 7... hash fields and values
--       t+: 7 labels, 8 words of the tags, 9 word of the label set, 10... hash fields and values
-- Returns 1 applied, 0 stale.
--
-- A full server refuses the first command of a v+ or t+ that takes memory, before anything was changed; deletions
-- begin with what frees memory, which is never refused.
local doc, aside = KEYS[1], KEYS[2]
local op = ARGV[1]
local part = op:sub(1, 1)
local shown = redis.call('EXISTS', doc) == 1
local home = shown and doc or aside
local known = redis.call('HMGET', home, part .. '_log', part .. '_offset', part .. '_time', 'v_source', 't_source')
if known[1] then
  local newer
  if known[1] == ARGV[2] then
    newer = tonumber(ARGV[3]) > tonumber(known[2])
  else
    newer = tonumber(ARGV[4]) > tonumber(known[3])
  end
  if not newer then
    return 0
  end
end

local v_source, t_source = known[4], known[5]
-- what filters compare of the tags: in filter_... while they belong to the vector that is shown, else in wait_...
local where = v_source and v_source == t_source and 'filter_' or 'wait_'
local words = redis.call('HMGET', home, where == 'filter_' and 'labels' or 'wait_labels', where .. 'tags', where .. 'set')
local labels, tags, set = words[1] or '', words[2] or '', words[3] or ''

if op == 'v+' then
  v_source = ARGV[6]
elseif op == 'v-' then
  v_source = false
elseif op == 't+' then
  t_source, labels, tags, set = ARGV[6], ARGV[7], ARGV[8], ARGV[9]
else
  t_source, labels, tags, set = false, '', '', ''
end

local fields = {}
local function put(name, value)
  fields[#fields + 1] = name
  fields[#fields + 1] = value
end
local function putFrom(first)
  for i = first, #ARGV, 2 do
    put(ARGV[i], ARGV[i + 1])
  end
end
-- what is known of the tags, to the other hash
local function putTags()
  local names = { 't_log', 't_offset', 't_time', 't_source', 'tags', 'label_set', 'label_set_version' }
  local values = redis.call('HMGET', home, unpack(names))
  for i, name in ipairs(names) do
    if values[i] then
      put(name, values[i])
    end
  end
end

if op == 'v+' then
  if shown then
    local given = {}
    for i = 7, #ARGV, 2 do
      given[ARGV[i]] = true
    end
    for _, name in ipairs({ 'uri', 'content_type' }) do
      if not given[name] and redis.call('HEXISTS', doc, name) == 1 then
        redis.call('HDEL', doc, name)
      end
    end
  else
    putTags()
  end
  put('v_source', ARGV[6])
  putFrom(7)
elseif op == 'v-' then
  if shown then
    putTags()
  end
  redis.call('DEL', doc)
elseif op == 't+' then
  put('t_source', ARGV[6])
  putFrom(10)
else
  redis.call('HDEL', home, 't_source', 'tags', 'label_set', 'label_set_version')
end
put(part .. '_log', ARGV[2])
put(part .. '_offset', ARGV[3])
put(part .. '_time', ARGV[4])

if v_source then
  local together = v_source == t_source
  put('labels', together and labels or '')
  put('filter_tags', together and tags or '')
  put('filter_set', together and set or '')
  put('wait_labels', together and '' or labels)
  put('wait_tags', together and '' or tags)
  put('wait_set', together and '' or set)
  redis.call('HSET', doc, unpack(fields))
  if not shown then
    redis.call('DEL', aside)
  end
else
  put('wait_labels', labels)
  put('wait_tags', tags)
  put('wait_set', set)
  redis.call('HSET', aside, unpack(fields))
  redis.call('EXPIRE', aside, ARGV[5])
end
return 1
