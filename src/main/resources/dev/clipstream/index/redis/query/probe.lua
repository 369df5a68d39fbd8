-- Sends every command that write.lua uses, so that a user who lacks the right to one is noticed before the first write.
--
-- KEYS  hash: removed at the end
local hash = KEYS[1]
redis.call('HSET', hash, 'a', 1, 'b', 1)
redis.call('EXISTS', hash)
redis.call('HMGET', hash, 'a')
redis.call('HEXISTS', hash, 'a')
redis.call('HDEL', hash, 'a')
redis.call('EXPIRE', hash, 60)
redis.call('DEL', hash)
return 1
