#!/usr/bin/env lua5.4
--- A queue of jobs that are done later, by whoever has time.
-- @module queue

local socket = require("socket")
local json = require "dkjson"
local insert, remove = table.insert, table.remove
require("compat53")

local MAX_TRIES <const> = 5
local Queue = {}
Queue.__index = Queue
Queue.version = "1.4.0"

-- Where jobs go that nobody could do.
dead_letters = {}

--- What a job can be.
Queue.State = {
  WAITING = 1,
  RUNNING = 2,
  DONE = 3,
}

local function backoff(tries)
  return math.min(2 ^ tries, 60)
end

--- Makes a queue.
-- @param options table: `name`, `limit`
-- @return Queue
function Queue.new(options)
  options = options or {}
  local self = setmetatable({}, Queue)
  self.name = options.name or "default"
  self.limit = options.limit or math.huge
  self.jobs = {}
  self.on_error = function(job, message)
    io.stderr:write(("%s: %s\n"):format(job.id, message))
  end
  return self
end

--[[ Puts a job at the end.
Raises an error when the queue is full. ]]
function Queue:push(job)
  if #self.jobs >= self.limit then
    error("queue " .. self.name .. " is full", 2)
  end
  job.state = Queue.State.WAITING
  insert(self.jobs, job)
end

function Queue:pop()
  return remove(self.jobs, 1)
end

Queue.__len = function(self) return #self.jobs end

function Queue.__tostring(self)
  return string.format("Queue(%s, %d)", self.name, #self)
end

--- Works until there is nothing left to do.
function Queue:run(handlers)
  local function give_up(job, message)
    self.on_error(job, message)
    dead_letters[#dead_letters + 1] = job
  end

  while true do
    local job = self:pop()
    if not job then break end
    local handler = handlers[job.kind]
    if handler == nil then
      give_up(job, "no handler for " .. tostring(job.kind))
      goto continue
    end

    job.state = Queue.State.RUNNING
    for try = 1, MAX_TRIES do
      local ok, message = pcall(handler, job)
      if ok then
        job.state = Queue.State.DONE
        break
      elseif try == MAX_TRIES then
        give_up(job, message)
      else
        socket.sleep(backoff(try))
      end
    end
    ::continue::
  end
end

-- For tests only.
local M = {
  Queue = Queue,
  _backoff = backoff,

  --- Reads a queue back from what `save` wrote.
  load = function(path)
    local file <close> = assert(io.open(path, "r"))
    local saved = json.decode(file:read("a"))
    local queue = Queue.new({ name = saved.name })
    for _, job in ipairs(saved.jobs) do
      queue:push(job)
    end
    return queue
  end,
}

function M.save(queue, path)
  local file = assert(io.open(path, "w"))
  file:write(json.encode({ name = queue.name, jobs = queue.jobs }))
  file:close()
end

if arg and arg[0]:match("queue%.lua$") then
  local queue = M.load(arg[1])
  queue:run({
    print = function(job) print(job.text) end,
  })
end

return M
