-- Say in Neovim 0.7 and later: colours by tree-sitter where the parser is built, and the language server, `gainsay lsp`.
--
--   vim.g.gainsay_command = { '/opt/bin/gainsay', 'lsp' }     another program
--   vim.g.gainsay_command = false                             no language server
local M = {}

-- Colours the buffer by tree-sitter; without the parser, parser/say.so, syntax/say.vim does it.
function M.highlight(buffer)
  if vim.treesitter.start then
    return (pcall(vim.treesitter.start, buffer, 'say'))
  end
  local found, parser = pcall(vim.treesitter.get_parser, buffer, 'say')
  if found then
    vim.treesitter.highlighter.new(parser)
  end
  return found
end

-- The folder of the project: that of gainsay.toml or of the repository, else the file's.
local function root(buffer)
  local folder = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':p:h')
  for _, found in ipairs({ vim.fn.findfile('gainsay.toml', folder .. ';'), vim.fn.finddir('.git', folder .. ';') }) do
    if found ~= '' then
      return vim.fn.fnamemodify(found:gsub('/$', ''), ':p'):gsub('/$', ''):match('^(.*)/')
    end
  end
  return folder
end

local function client_of(buffer)
  local clients = vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = buffer }) or vim.lsp.buf_get_clients(buffer)
  for _, client in pairs(clients) do
    if client.name == 'gainsay' then
      return client
    end
  end
end

-- Checks the property of that name, else the one around the cursor. What comes of it the server tells.
function M.check(name)
  local buffer = vim.api.nvim_get_current_buf()
  local client = client_of(buffer)
  if not client then
    return vim.notify('gainsay: no language server runs for this file', vim.log.levels.ERROR)
  end
  if not name or name == '' then
    local line = vim.fn.search([[^\s*property\s]], 'bcnW')
    name = vim.fn.getline(line):match('^%s*property%s+([%w_]+)')
    if line == 0 or not name then
      return vim.notify('gainsay: the cursor is in no property', vim.log.levels.ERROR)
    end
  end
  local params = { command = 'gainsay.check', arguments = { vim.uri_from_bufnr(buffer), name } }
  vim.lsp.buf_request(buffer, 'workspace/executeCommand', params, function(err)
    if err then
      return vim.notify('gainsay: ' .. err.message, vim.log.levels.ERROR)
    end
    vim.lsp.codelens.refresh({ bufnr = buffer })
  end)
end

-- Asks for the lenses now, and whenever the text may have become another one.
local function show_lenses(buffer)
  local function refresh()
    if client_of(buffer) then
      vim.lsp.codelens.refresh({ bufnr = buffer })
    end
  end
  local group = vim.api.nvim_create_augroup('gainsay_' .. buffer, {})
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'BufWritePost' }, { group = group, buffer = buffer, callback = refresh })
  vim.lsp.codelens.refresh({ bufnr = buffer })
end

local function attached(client, buffer)
  vim.bo[buffer].omnifunc = 'v:lua.vim.lsp.omnifunc'
  vim.bo[buffer].tagfunc = 'v:lua.vim.lsp.tagfunc'
  vim.keymap.set('n', 'K', vim.lsp.buf.hover, { buffer = buffer, desc = 'What the name under the cursor is' })
  vim.api.nvim_buf_create_user_command(buffer, 'GainsayCheck', function(it)
    M.check(it.args)
  end, { nargs = '?', desc = 'Check a property: the one around the cursor, or the one named' })
  vim.api.nvim_buf_create_user_command(buffer, 'GainsayLens', function()
    vim.lsp.codelens.run()
  end, { desc = 'Run the code lens of the line' })
  if vim.lsp.inlay_hint and client.server_capabilities.inlayHintProvider then
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  end
  if client.server_capabilities.codeLensProvider then
    show_lenses(buffer)
  end
end

-- The servers of Neovim 0.7, by their folder.
local ids = {}

-- Starts the language server for the buffer, or joins the one of its project.
function M.start(buffer)
  local command = vim.g.gainsay_command
  if command == false or vim.api.nvim_buf_get_name(buffer) == '' then
    return
  end
  command = command or { 'gainsay', 'lsp' }
  if vim.fn.executable(command[1]) == 0 then
    return vim.notify_once('gainsay: there is no program ' .. command[1] .. '; set g:gainsay_command', vim.log.levels.WARN)
  end
  local config = { name = 'gainsay', cmd = command, root_dir = root(buffer), on_attach = attached }
  if vim.lsp.start then
    return vim.lsp.start(config, { bufnr = buffer })
  end
  local id = ids[config.root_dir]
  if not id or vim.lsp.client_is_stopped(id) then
    id = vim.lsp.start_client(config)
    ids[config.root_dir] = id
  end
  vim.lsp.buf_attach_client(buffer, id)
end

return M
