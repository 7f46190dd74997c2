autocmd BufRead,BufNewFile *.say setfiletype say
