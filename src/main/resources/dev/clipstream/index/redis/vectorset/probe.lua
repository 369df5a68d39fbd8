-- Sends every command that write.lua uses, so that a user who lacks the right to one is noticed before the first write.
-- Like write.lua, it begins with the command that a full server refuses.
--
-- KEYS  set, hash, sorted: in one slot; removed at the end
local set, hash, sorted = KEYS[1], KEYS[2], KEYS[3]
redis.call('VADD', set, 'VALUES', 1, 1, 'probe', 'SETATTR', '{}')
redis.call('VSETATTR', set, 'probe', '{}')
redis.call('VREM', set, 'probe')
redis.call('ZADD', sorted, 1, 'probe')
redis.call('ZREM', sorted, 'probe')
redis.call('GET', sorted)
redis.call('HSET', hash, 'a', 1, 'b', 1)
redis.call('HMGET', hash, 'a')
redis.call('HINCRBY', hash, 'a', 1)
redis.call('HDEL', hash, 'a')
redis.call('EXPIRE', hash, 60)
redis.call('PERSIST', hash)
redis.call('DEL', set, hash, sorted)
return 1
