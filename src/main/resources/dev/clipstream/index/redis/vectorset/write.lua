-- Makes one change to one medium, atomically: compares versions, then changes vector, hash, order and counts together.
--
-- KEYS  born, vectors, doc, uploaded, tags: of one shard, hence in one slot
-- ARGV  1 birth id of the shard   2 media id   3 seconds that a tombstone lives
--       4 operation: v+ v- (put, delete vector) t+ t- (put, delete tags)   5 log   6 offset   7 time in ms
--       8 source (the upload)   9 filter attributes that come with the vector or the tags
--       v+: 10 vector, 11 quantization, 12 M, 13 EF, 14 minus the time of the upload, 15... fields of the hash, names
--       and values
--       t+: 10 label ids as JSON, 11... fields of the hash, names and values
-- Returns 1 if the change was applied, 0 if it was stale, -1 if the shard belongs to another index.
--
-- A full server refuses the first command of v+ and t+, which takes memory, before anything has changed. Deletions begin
-- with commands that free memory, which are never refused.
local born, vectors, doc, uploaded, tags = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
if redis.call('GET', born) ~= ARGV[1] then
  return -1
end
local id, op = ARGV[2], ARGV[4]
local part = op:sub(1, 1)
local known = redis.call('HMGET', doc, part .. '_log', part .. '_offset', part .. '_time',
  'v_source', 't_source', 'v_filter', 't_filter', 't_labels')
if not is_newer(known, ARGV[5], ARGV[6], ARGV[7]) then
  return 0
end

local v_source, t_source, v_filter, t_filter, t_labels = known[4], known[5], known[6], known[7], known[8]
local before = v_source and v_source == t_source and t_labels or '[]'
if op == 'v+' then
  v_source, v_filter = ARGV[8], ARGV[9]
elseif op == 'v-' then
  v_source, v_filter = false, false
elseif op == 't+' then
  t_source, t_filter, t_labels = ARGV[8], ARGV[9], ARGV[10]
else
  t_source, t_filter, t_labels = false, false, false
end
local together = v_source and v_source == t_source
local after = together and t_labels or '[]'
local attributes = v_source and '{' .. v_filter .. ',' .. (together and t_filter or '"t":[],"s":""') .. '}'

local fields = { part .. '_log', ARGV[5], part .. '_offset', ARGV[6], part .. '_time', ARGV[7] }
local function add(from)
  fields[#fields + 1] = part .. '_source'
  fields[#fields + 1] = ARGV[8]
  fields[#fields + 1] = part .. '_filter'
  fields[#fields + 1] = ARGV[9]
  for i = from, #ARGV do
    fields[#fields + 1] = ARGV[i]
  end
end

if op == 'v+' then
  redis.call('VADD', vectors, 'FP32', ARGV[10], id, ARGV[11], 'EF', ARGV[13], 'SETATTR', attributes, 'M', ARGV[12])
  redis.call('ZADD', uploaded, ARGV[14], id)
  redis.call('HDEL', doc, 'uri', 'content_type')
  add(15)
elseif op == 'v-' then
  redis.call('VREM', vectors, id)
  redis.call('ZREM', uploaded, id)
  redis.call('HDEL', doc, 'v_source', 'v_filter', 'uri', 'content_type', 'width', 'height', 'uploaded', 'attributes')
elseif op == 't+' then
  add(11)
  fields[#fields + 1] = 't_labels'
  fields[#fields + 1] = ARGV[10]
else
  redis.call('HDEL', doc, 't_source', 't_filter', 't_labels', 'tags', 'label_set', 'label_set_version', 'label_sets')
end
redis.call('HSET', doc, unpack(fields))
if part == 't' and v_source then
  redis.call('VSETATTR', vectors, id, attributes)
end
if v_source then
  redis.call('PERSIST', doc)
else
  redis.call('EXPIRE', doc, ARGV[3])
end

if before ~= after then
  for _, label in ipairs(cjson.decode(before)) do
    if redis.call('HINCRBY', tags, label, -1) <= 0 then
      redis.call('HDEL', tags, label)
    end
  end
  for _, label in ipairs(cjson.decode(after)) do
    redis.call('HINCRBY', tags, label, 1)
  end
end
return 1
