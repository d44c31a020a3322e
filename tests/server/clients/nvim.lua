-- Headless Neovim with the plugin: FROE names the program, the working directory is a tree with lib/shelf.py open.
local function same(a, b, what)
  assert(vim.deep_equal(a, b), what .. ': ' .. vim.inspect(a) .. ' and ' .. vim.inspect(b))
end
local function until_true(condition, what) assert(vim.wait(20000, condition, 20), 'waited in vain for ' .. what) end

local ok, message = xpcall(function()
  require('froe').setup({ cmd = { vim.env.FROE, 'serve', '--lsp' }, root_markers = { 'lib' } })
  local buffer = vim.api.nvim_get_current_buf()
  local id = assert(require('froe').attach(buffer), 'no client')
  until_true(function() local c = vim.lsp.get_client_by_id(id) return c and c.initialized end, 'the server')
  local client = vim.lsp.get_client_by_id(id)
  local function ask(method, params)
    local answer = assert(client.request_sync(method, params, 20000, buffer))
    assert(not answer.err, vim.inspect(answer.err))
    return answer.result
  end
  local function names()
    local document = { textDocument = vim.lsp.util.make_text_document_params(buffer) }
    local all = {}
    for _, symbol in ipairs(ask('textDocument/documentSymbol', document)) do
      table.insert(all, symbol.name)
      for _, child in ipairs(symbol.children or {}) do table.insert(all, child.name) end
    end
    return all
  end
  same(names(), { 'Shelf', 'put', 'take' }, 'the outline')
  vim.api.nvim_buf_set_lines(buffer, -1, -1, false, { '', '', 'def typed(x):', '    return "é📚" + x', '', '', 'typed(1)' })
  same(names(), { 'Shelf', 'put', 'take', 'typed' }, 'the outline after an edit')
  until_true(function() return #ask('workspace/symbol', { query = 'helper' }) == 1 end, 'the index')

  local last = vim.api.nvim_buf_line_count(buffer)
  vim.api.nvim_win_set_cursor(0, { last, 2 })
  local here = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local definition = ask('textDocument/definition', here)
  same(definition[1].range.start.line, last - 5, 'the definition')
  here.context = { includeDeclaration = false }
  same(#ask('textDocument/references', here), 1, 'references')

  vim.cmd('FroeSearch typed')
  until_true(function() return #vim.fn.getqflist() == 1 end, 'search')
  same(vim.fn.getqflist()[1].lnum, last - 6, 'where the search leads')
  vim.cmd('cclose')
  vim.cmd('FroeChunks')
  until_true(function() return #vim.fn.getloclist(0) > 1 end, 'chunks')
  vim.cmd('lclose')
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.cmd('FroeNext')
  until_true(function() return vim.api.nvim_win_get_cursor(0)[1] > 1 end, 'the next chunk')
  vim.cmd('FroePrevious')
  until_true(function() return vim.api.nvim_win_get_cursor(0)[1] == 1 end, 'the chunk before')
  client.stop()
  until_true(function() return client.is_stopped() end, 'the end of the server')
end, debug.traceback)
io.stdout:write(ok and 'nvim: passed\n' or 'nvim: ' .. tostring(message) .. '\n')
vim.cmd(ok and 'qall!' or 'cquit!')
