if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = true

vim.cmd([[
  setlocal commentstring=//\ %s comments=:///,:// formatoptions-=t formatoptions+=croql
  setlocal expandtab shiftwidth=2 softtabstop=2 smartindent
  setlocal iskeyword=@,48-57,_ suffixesadd=.say
  let b:undo_ftplugin = 'setlocal commentstring< comments< formatoptions< expandtab< shiftwidth< softtabstop< smartindent< iskeyword< suffixesadd<'
]])

local gainsay = require('gainsay')
local buffer = vim.api.nvim_get_current_buf()
-- Behind the events of the file type, which set the syntax.
vim.schedule(function()
  if vim.api.nvim_buf_is_loaded(buffer) then
    gainsay.highlight(buffer)
  end
end)
gainsay.start(buffer)
