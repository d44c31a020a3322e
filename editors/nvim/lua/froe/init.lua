-- froe for Neovim, from 0.7: starts `froe serve --lsp` for the files of a tree, and adds what LSP has no word for.
--   :FroeSearch WORDS   chunks that the words find, in the quickfix list, unsaved text included
--   :FroeChunks         the chunks of this buffer, in the location list
--   :FroeNext, :FroePrevious   to the chunk behind or before this one
local M = {}

local defaults = {
  cmd = { 'froe', 'serve', '--lsp' },
  filetypes = nil, -- nil: all files that are below a root
  root_markers = { '.froe', '.git' },
  limit = 50,
}
local options = defaults
local clients = {} -- by root

local function root_of(path)
  local directory = vim.fn.fnamemodify(path, ':p:h')
  while true do
    for _, marker in ipairs(options.root_markers) do
      if vim.loop.fs_stat(directory .. '/' .. marker) then return directory end
    end
    local above = vim.fn.fnamemodify(directory, ':h')
    if above == directory then return nil end
    directory = above
  end
end

-- Starts the server of the tree that the buffer's file lies in, if that has not been done, and attaches the buffer.
function M.attach(buffer)
  buffer = (buffer == nil or buffer == 0) and vim.api.nvim_get_current_buf() or buffer
  local path = vim.api.nvim_buf_get_name(buffer)
  if path == '' or vim.bo[buffer].buftype ~= '' then return nil end
  local root = root_of(path)
  if not root then return nil end
  if not (clients[root] and vim.lsp.get_client_by_id(clients[root])) then
    clients[root] = vim.lsp.start_client({ name = 'froe', cmd = options.cmd, root_dir = root,
      workspace_folders = { { uri = vim.uri_from_fname(root), name = root } } })
  end
  if clients[root] then vim.lsp.buf_attach_client(buffer, clients[root]) end
  return clients[root]
end

local function client_of(buffer)
  local id = M.attach(buffer)
  local client = id and vim.lsp.get_client_by_id(id)
  if not client then vim.notify('froe: this buffer lies in no tree', vim.log.levels.WARN) end
  return client
end

local function title(chunk)
  local name = chunk.scope ~= '' and (chunk.scope .. '.' .. chunk.name) or chunk.name
  return vim.trim(chunk.kind .. ' ' .. (chunk.signature ~= '' and chunk.signature or name))
end

-- The line is all that a list needs: columns are those of the client's encoding.
local function list_item(chunk, where)
  local item = { lnum = chunk.range.start.line + 1, col = 1, text = title(chunk) }
  return vim.tbl_extend('force', item, where)
end

function M.search(query)
  local client = client_of(0)
  if not client then return end
  client.request('froe/search', { query = query, limit = options.limit }, function(err, result)
    if err then return vim.notify('froe: ' .. err.message, vim.log.levels.ERROR) end
    local items = {}
    for _, chunk in ipairs(result.results) do
      table.insert(items, list_item(chunk, { filename = vim.uri_to_fname(chunk.uri) }))
    end
    vim.fn.setqflist({}, ' ', { title = 'froe: ' .. query, items = items })
    if #items == 0 then return vim.notify('froe: nothing matches') end
    vim.cmd('copen')
  end, 0)
end

local function with_chunks(act)
  local buffer = vim.api.nvim_get_current_buf()
  local client = client_of(buffer)
  if not client then return end
  local params = { textDocument = { uri = vim.uri_from_bufnr(buffer) } }
  client.request('froe/chunks', params, function(err, result)
    if err then return vim.notify('froe: ' .. err.message, vim.log.levels.ERROR) end
    act(result.chunks, buffer)
  end, buffer)
end

function M.chunks()
  with_chunks(function(chunks, buffer)
    local items = {}
    for _, chunk in ipairs(chunks) do table.insert(items, list_item(chunk, { bufnr = buffer })) end
    vim.fn.setloclist(0, {}, ' ', { title = 'froe: chunks', items = items })
    vim.cmd('lopen')
  end)
end

local function jump(direction)
  with_chunks(function(chunks)
    local line = vim.api.nvim_win_get_cursor(0)[1] - 1
    local target
    for _, chunk in ipairs(chunks) do
      local start = chunk.range.start.line
      if direction > 0 and start > line then target = target or start end
      if direction < 0 and start < line then target = start end
    end
    if target then vim.api.nvim_win_set_cursor(0, { target + 1, 0 }) end
  end)
end
function M.next() jump(1) end
function M.previous() jump(-1) end

function M.setup(given)
  options = vim.tbl_extend('force', defaults, given or {})
  local group = vim.api.nvim_create_augroup('froe', { clear = true })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = options.filetypes or '*',
    callback = function(event) M.attach(event.buf) end,
  })
end

return M
