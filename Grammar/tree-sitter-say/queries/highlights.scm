; No token has two captures, so that it does not matter whether an editor lets the first or the last win.
; Names that are only used have none: they keep the colour of text.

((comment) @comment (#not-match? @comment "^///"))
((comment) @comment.documentation (#match? @comment.documentation "^///"))

[
  "use" "enum" "type" "model" "language" "data" "param" "let" "const" "func" "fit" "property"
  "forall" "exists" "for" "assume" "check" "shrink" "confidence"
  "from" "command" "separator" "where" "with" "as" "image" "sound" "matching" "over" "at" "lines"
  "if" "then" "else"
] @keyword

["and" "or" "not" "implies" "in" "contains"] @keyword.operator

["true" "false"] @boolean
(number) @number
(string) @string
(escape) @string.escape
(placeholder) @string.special
(regex) @string.regexp

(enum name: (name) @type)
(case name: (name) @constant)
(type_declaration name: (name) @type)
((named_type name: (name) @type.builtin) (#match? @type.builtin "^(Bool|Int|Real|Text|Tokens|Tensor)$"))
((named_type name: (name) @type) (#not-match? @type "^(Bool|Int|Real|Text|Tokens|Tensor)$"))

(func name: (name) @function)
(property name: (name) @function)
(model method: (name) @function.call)
(fit method: (name) @function.call)
(postfix . (variable) @function.call . (arguments))
(aggregate_word) @function.builtin

(path (name) @module)
(model name: (name) @variable)
(language_model name: (name) @variable)
(data name: (name) @variable)
(param name: (name) @variable)
(constant name: (name) @variable)
(fit name: (name) @variable)
(pattern (name) @variable)
(parameter_group name: (name) @variable.parameter)
(label) @variable.parameter

(field name: (name) @property)
(field_value name: (name) @property)
(postfix (name) @property)

["->" "=>" "=" "==" "!=" "<" "<=" ">" ">=" "+" "++" "-" "*" "/" "~" "?" ".."] @operator
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," ":" ";" "."] @punctuation.delimiter
