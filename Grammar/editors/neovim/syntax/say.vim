" Say without tree-sitter's parser, by Grammar/say.ebnf.
if exists('b:current_syntax')
  finish
endif

syntax keyword sayKeyword use enum type model data param func fit property forall exists for let assume check shrink
syntax keyword sayKeyword from where with as matching if then else
syntax match sayKeyword /\<language\ze\s\+model\>/
syntax match sayKeyword /^\s*\zsconst\ze\s\+\h\w*\s*[:=]/
syntax match sayKeyword /\<from\s\+\zscommand\ze\s*"/
syntax keyword sayOperatorWord and or not implies in contains
syntax keyword sayBoolean true false
syntax keyword sayType Bool Int Real Text Tokens Tensor
syntax match sayAggregate /\<\%(rate\|mean\|sum\|all\|any\|max\|min\|quantile\|count\|median\|variance\|std\)\ze\s*(/
syntax match sayFunction /\%(\<\%(func\|property\)\s\+\)\@<=\h\w*/
syntax match sayTypeName /\%(\<\%(type\|enum\)\s\+\)\@<=\h\w*/
syntax match sayOperator /->\|=>\|[=!<>]=\|++\|\.\.\|[-+*<>=~?]/
" Where an operand is complete a slash divides, elsewhere it opens a regular expression.
syntax match sayRegex /\%(\%(\<\%(matching\|contains\|or\|and\|not\|then\|else\|in\)\|[(,=:[{]\)\s*\)\@<=\/\%(\\.\|[^\/\\]\)\+\//
syntax match sayNumber /\<\d\%(_\?\d\)*\%(\.\d\%(_\?\d\)*\)\?\%([eE][-+]\?\d\%(_\?\d\)*\)\?\>/
syntax match sayEscape contained /\\\%(u{\x\{1,8}}\|["\\ntr]\)/
syntax match sayPlaceholder contained /{\h\w*\%(\.\h\w*\)*}/
syntax region sayString start=/"/ skip=/\\./ end=/"/ oneline contains=sayEscape,sayPlaceholder
syntax match sayComment /\/\/.*/ contains=@Spell
syntax match sayDocumentation /\/\/\/.*/ contains=@Spell

highlight default link sayKeyword Keyword
highlight default link sayOperatorWord Operator
highlight default link sayOperator Operator
highlight default link sayBoolean Boolean
highlight default link sayType Type
highlight default link sayTypeName Type
highlight default link sayAggregate Function
highlight default link sayFunction Function
highlight default link sayRegex String
highlight default link sayNumber Number
highlight default link sayEscape SpecialChar
highlight default link sayPlaceholder Special
highlight default link sayString String
highlight default link sayComment Comment
highlight default link sayDocumentation SpecialComment

let b:current_syntax = 'say'
