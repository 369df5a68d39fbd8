-- Begins every write script: decides whether a version is newer than the known one, as Version.java does.
--
-- The log of a version is that of its record. If the upload is known, its log and offset follow, with spaces between.
local function parts(log)
  local record, upload, offset = log:match('^(%S+) (%S+) (%d+)$')
  return record or log, upload, tonumber(offset)
end

local function is_newer(known, log, offset, time)
  if not known[1] then
    return true
  end
  local record, upload, at = parts(log)
  local known_record, known_upload, known_at = parts(known[1])
  local comparable = upload == known_upload
  if comparable and at ~= known_at then
    return at > known_at
  elseif record == known_record and (comparable or tonumber(time) == tonumber(known[3])) then
    return tonumber(offset) > tonumber(known[2])
  else
    return tonumber(time) > tonumber(known[3])
  end
end
