if vim.g.loaded_froe then return end
vim.g.loaded_froe = true
local function command(name, act, attributes) vim.api.nvim_create_user_command(name, act, attributes or {}) end
command('FroeSearch', function(given) require('froe').search(given.args) end, { nargs = '+' })
command('FroeChunks', function() require('froe').chunks() end)
command('FroeNext', function() require('froe').next() end)
command('FroePrevious', function() require('froe').previous() end)
