-- The command `underkeel` on HAProxy's socket: a wave is judged and drained in one step, or not at all.
--
-- Load it in the global section, and nothing else has to change:
--     lua-load /etc/haproxy/underkeel.lua
--     tune.lua.forced-yield 1000000
--
-- HAProxy runs what `lua-load` loaded under one lock for all of its threads, and nothing here yields, so that no other
-- command of this script comes in between. Whoever types `set server` on the socket is not held by it.
--
--   underkeel hello                           -> underkeel 1
--   underkeel wave ID EXECUTION FLOORS LIST   -> done LIST | again ANSWER | refused CODE TEXT
--   underkeel found ID keep|abandon           -> the answer of that wave | never
--   underkeel stop EXECUTION                  -> stopped LIST, everything that the execution took
--   underkeel resume EXECUTION                -> resumed
--
-- FLOORS is `backend=count,...` for every backend that loses a server, LIST is `backend/server,...`; of a shared server
-- the one that is tracked is named with every backend it serves in: `backend/server+backend+backend`.

local VERSION = "underkeel 1"
local answers, stopped, taken = {}, {}, {}

local function serves(server)
  local status = server:get_stats()["status"]
  return status:sub(1, 2) == "UP" or status == "no check"
end

local function serving(backend)
  local count = 0
  for _, server in pairs(backend.servers) do
    if serves(server) then count = count + 1 end
  end
  return count
end

local function judged(floors, list)
  local take, leaving = {}, {}
  for item in string.gmatch(list, "[^,]+") do
    local name, also = item:match("^([^+]+)(.*)$")
    local of, called = name:match("^([^/]+)/(.+)$")
    local backend = of and core.backends[of]
    local server = backend and backend.servers[called]
    if not server then return nil, "refused membership " .. name end
    if not serves(server) then return nil, "refused stale " .. name end
    take[#take + 1] = server
    leaving[of] = (leaving[of] or 0) + 1
    for other in string.gmatch(also, "%+([^+]+)") do leaving[other] = (leaving[other] or 0) + 1 end
  end
  for of, floor in string.gmatch(floors, "([^=,]+)=(%d+)") do
    local backend = core.backends[of]
    if not backend then return nil, "refused membership " .. of end
    local left = serving(backend) - (leaving[of] or 0)
    if left < tonumber(floor) then return nil, "refused floor " .. of .. " " .. left .. " " .. floor end
    leaving[of] = nil
  end
  -- A backend that loses a server without a floor that it is judged by is not judged at all.
  for of, _ in pairs(leaving) do return nil, "refused unknown " .. of end
  return take, nil
end

local function wave(id, execution, floors, list)
  if answers[id] then return "again " .. answers[id] end
  if stopped[execution] then return "refused stopped " .. execution end
  local take, why = judged(floors, list)
  if not take then return why end
  for _, server in ipairs(take) do server:set_drain() end
  answers[id] = "done " .. list
  taken[execution] = taken[execution] and (taken[execution] .. "," .. list) or list
  return answers[id]
end

local function found(id, how)
  if answers[id] then return answers[id] end
  if how == "abandon" then answers[id] = "never" end
  return "never"
end

core.register_cli({"underkeel"}, "underkeel hello|wave|found|stop|resume : drains whole waves by their floors",
  function(applet, _, verb, a, b, c, d)
    local answer
    if verb == "hello" then answer = VERSION
    elseif verb == "wave" and d then answer = wave(a, b, c, d)
    elseif verb == "found" and b then answer = found(a, b)
    elseif verb == "stop" and a then stopped[a] = true answer = "stopped " .. (taken[a] or "")
    elseif verb == "resume" and a then stopped[a] = nil answer = "resumed"
    else answer = "refused syntax" end
    applet:send(answer .. "\n")
  end)
