/// <reference types="tree-sitter-cli/dsl" />
// The grammar of Say for tree-sitter, rule by rule that of ../say.ebnf. A node has the name of its rule there, with `_` for `-`.
// Rules that only choose among others, or that hold what another one lists, are hidden: they begin with `_`, or are supertypes.
// What depends on line ends or on the next word is decided in src/scanner.c.

/** One or more, with commas between them. */
const list = (item) => seq(item, repeat(seq(',', item)));

/** The same, and a comma may stand behind the last. */
const trailing = (item) => seq(list(item), optional(','));

/** One or more, with commas or line breaks between them, and a comma may stand behind the last. */
const lines = ($, item) => seq(item, repeat(seq(choice(',', $._field_break), item)), optional(','));

/** Operands with operators between them. */
const chain = (operand, ...operators) => seq(operand, repeat1(seq(choice(...operators), operand)));

const argumentsIn = ($, opener) => seq(opener, optional($._argument_list), ')');

const hex = '[0-9a-fA-F]';

module.exports = grammar({
  name: 'say',

  word: ($) => $._word,

  extras: ($) => [/[ \t\r\n]/, $.comment],

  // In the order of `Symbol` in src/scanner.c.
  externals: ($) => [
    $.name, // a word that is not reserved
    $.aggregate_word, // one of its words, with an opening parenthesis on its line
    $._call, // "(" on the line of the token before
    $._index, // "[" likewise
    $._optional, // "?" likewise
    $._field_break, // a line break between fields
    $._let_break, // a line break between a `let` and what follows it
    $._no_range, // empty, before what is neither a range nor `lines "..."`
    $._with_confidence, // the "with" before "confidence"
    $._number_end, // empty, behind a number that no word is joined to
    $._recovering, // never made: valid only where tree-sitter mends an error
  ],

  supertypes: ($) => [$.declaration, $.clause, $.expression, $.range],

  // A name, or names in braces, before "in" or "," in an aggregate or a tensor: a binder if a body follows, else an expression.
  conflicts: ($) => [[$.pattern, $._primary]],

  rules: {
    file: ($) => repeat($.declaration),

    declaration: ($) =>
      choice(
        $.use, $.enum, $.type_declaration, $.model, $.language_model, $.data, $.param, $.constant, $.func, $.fit,
        $.property,
      ),

    use: ($) => seq('use', choice($.string, $.path)),
    path: ($) => seq($.name, repeat(seq('.', $.name))),

    enum: ($) => seq('enum', field('name', $.name), '=', list($.case)),
    case: ($) => seq(field('name', $.name), optional($.string)),

    type_declaration: ($) => seq('type', field('name', $.name), optional($.parameters), '=', field('type', $.type)),

    model: ($) =>
      seq(
        'model',
        field('name', $.name),
        choice(
          seq(
            ':', field('inputs', $.ports), '->', field('outputs', $.ports),
            optional(seq('with', field('activations', $.record_type))), optional($.origin),
          ),
          seq('=', field('method', $.name), $.arguments),
        ),
      ),
    origin: ($) => seq('from', optional('command'), $.string),
    ports: ($) => seq('(', trailing($.field), ')'),

    language_model: ($) => seq('language', 'model', field('name', $.name), optional($.from)),

    data: ($) =>
      seq(
        'data', field('name', $.name), ':', field('type', $.type),
        optional(seq($.from, optional(seq('separator', field('separator', $.string))))),
      ),
    from: ($) => seq('from', $.string),

    param: ($) => seq('param', field('name', $.name), ':', field('type', $.type), '=', field('value', $.expression)),

    constant: ($) =>
      seq(
        choice('let', 'const'), field('name', $.name), optional(seq(':', field('type', $.type))), '=',
        field('value', $.expression),
      ),

    func: ($) =>
      seq(
        'func', field('name', $.name), $.parameters, optional(seq('->', field('type', $.type))), '=',
        field('body', $.expression),
      ),
    parameters: ($) => seq('(', optional(trailing($.parameter_group)), ')'),
    parameter_group: ($) => seq(list(field('name', $.name)), ':', field('type', $.type)),

    fit: ($) =>
      seq(
        'fit', field('name', $.name), '=', field('method', $.name), '(', $.scope,
        optional(seq('=>', field('target', $.expression))), optional($._further_arguments), ')',
      ),

    property: ($) =>
      seq(
        'property', field('name', $.name), optional($.family), optional(field('title', $.string)), '{',
        repeat(seq($.clause, repeat(';'))), '}',
      ),
    family: ($) => seq('(', trailing($.binder), ')'),

    // clauses

    clause: ($) => choice($.forall, $.exists, $.each, $.let, $.assume, $.check, $.shrink),
    forall: ($) => seq('forall', list($.binder)),
    exists: ($) => seq('exists', list($.binder)),
    each: ($) => seq('for', list($.binder)),
    let: ($) => seq('let', $.pattern, optional(seq(':', field('type', $.type))), '=', field('value', $.expression)),
    assume: ($) => seq('assume', $.expression),
    check: ($) =>
      seq(
        'check', $.expression,
        optional(seq(alias($._with_confidence, 'with'), 'confidence', field('confidence', $.expression))),
      ),
    shrink: ($) => seq('shrink', list($.expression)),

    // binders

    binder: ($) =>
      seq(
        choice(
          seq(list($.pattern), ':', field('type', $.type), optional($.distribution)),
          seq($.pattern, 'in', field('domain', $._domain), optional($.distribution)),
          seq($.pattern, $.distribution),
        ),
        optional(seq('where', field('condition', $.expression))),
      ),
    pattern: ($) => choice($.name, seq('{', trailing($.name), '}')),
    _domain: ($) => choice($.lines, seq($._no_range, $._sum)),
    lines: ($) => seq('lines', $.string),
    distribution: ($) => seq('~', $._sum),
    scope: ($) => seq(list($.binder), ':', field('body', $.expression)),

    // types

    type: ($) =>
      seq(
        choice($.named_type, $.record_type),
        optional(seq('in', choice($.range, $.lines))),
        optional(seq('over', field('over', $._sum))),
        optional(seq('matching', $.regex)),
        optional($.view),
      ),
    named_type: ($) =>
      seq(
        field('name', $.name), optional(alias($._call_arguments, $.arguments)), optional($.subscripts),
        optional(alias($._optional, '?')),
      ),
    record_type: ($) => seq('{', lines($, $.field), '}'),
    field: ($) => seq(field('name', $.name), ':', field('type', $.type), optional(seq('at', field('at', $.string)))),
    view: ($) => seq('as', choice('image', seq('sound', alias($._call, '('), $._sum, ')'))),
    range: ($) => choice($.interval, $.set),
    interval: ($) => seq('[', $.expression, ',', $.expression, ']'),
    set: ($) => seq('{', trailing($.expression), '}'),

    // expressions, loosest first

    expression: ($) => choice($.conditional, $.quantified, $._implication),
    conditional: ($) =>
      seq(
        'if', field('condition', $.expression), 'then', field('consequence', $.expression), 'else',
        field('alternative', $.expression),
      ),
    quantified: ($) => seq(choice('forall', 'exists'), $.scope),

    _implication: ($) => choice($.implication, $._disjunction),
    implication: ($) => seq($._disjunction, 'implies', $._implication),
    _disjunction: ($) => choice($.disjunction, $._conjunction),
    disjunction: ($) => chain($._conjunction, 'or'),
    _conjunction: ($) => choice($.conjunction, $._inversion),
    conjunction: ($) => chain($._inversion, 'and'),
    _inversion: ($) => choice($.inversion, $._comparison),
    inversion: ($) => seq('not', $._inversion),
    _comparison: ($) => choice($.comparison, $._sum),
    comparison: ($) =>
      seq(
        $._sum,
        choice($.rising, $.falling, $.equals, seq('!=', $._sum), seq('in', $.range), seq('contains', $._sum)),
      ),
    rising: ($) => repeat1(seq(choice('<', '<='), $._sum)),
    falling: ($) => repeat1(seq(choice('>', '>='), $._sum)),
    equals: ($) => repeat1(seq('==', $._sum)),
    _sum: ($) => choice($.sum, $._product),
    sum: ($) => chain($._product, '+', '-', '++'),
    _product: ($) => choice($.product, $._negation),
    product: ($) => chain($._negation, '*', '/'),
    _negation: ($) => choice($.negation, $._postfix),
    negation: ($) => seq('-', $._negation),
    _postfix: ($) => choice($.postfix, $._primary),
    postfix: ($) => seq($._primary, repeat1($._suffix)),

    _suffix: ($) =>
      choice(alias($._call_arguments, $.arguments), $.subscripts, seq('.', $.name), seq('with', $.record)),
    arguments: ($) => argumentsIn($, '('),
    _call_arguments: ($) => argumentsIn($, alias($._call, '(')),
    // The comma that may stand behind it belongs to it.
    _argument_list: ($) => choice(trailing($.labelled), seq($.expression, optional($._further_arguments))),
    _further_arguments: ($) => seq(',', optional($._argument_list)),
    labelled: ($) => seq(field('label', $._label), ':', field('value', $.expression)),
    // `_word` is a reserved word here, and begins no expression: the scanner has taken any other.
    _label: ($) =>
      choice(...[$.name, $._word, 'if', 'not', 'forall', 'exists', 'true', 'false'].map((it) => alias(it, $.label))),
    subscripts: ($) => seq(alias($._index, '['), trailing($.subscript), ']'),
    subscript: ($) => choice(seq(optional($.expression), '..', optional($.expression)), $.expression),

    _primary: ($) =>
      choice(
        $.number, alias($._template, $.string), $.regex, 'true', 'false', $.aggregate, $.reduction,
        alias($.name, $.variable), $.comprehension, $.tensor, $.record, $.block, $.primary,
      ),
    primary: ($) => seq('(', $.expression, ')'),
    aggregate: ($) => seq($.aggregate_word, '(', $.scope, optional($._further_arguments), ')'),
    reduction: ($) =>
      seq($.aggregate_word, '(', optional(seq($.expression, optional($._further_arguments))), ')'),

    comprehension: ($) => seq('[', $.scope, ']'),
    tensor: ($) => seq('[', trailing($.expression), ']'),
    record: ($) => seq('{', lines($, $.field_value), '}'),
    field_value: ($) => seq(field('name', $.name), ':', field('value', $.expression)),
    block: ($) => seq('{', repeat(seq($.let, choice(';', $._let_break))), $.expression, optional(';'), '}'),

    // what characters make

    _word: (_) => /[A-Za-z_][A-Za-z0-9_]*/,

    number: ($) => seq(/[0-9](_?[0-9])*(\.[0-9](_?[0-9])*)?([eE][+-]?[0-9](_?[0-9])*)?/, $._number_end),

    // What stands in a string is preferred to the comment that `//` would begin elsewhere.
    string: ($) => seq('"', repeat(choice($.escape, token.immediate(prec(1, /[^"\\\n\r]+/)))), token.immediate('"')),
    // A string where an expression stands: `{name}` in it is what the name stands for.
    _template: ($) =>
      seq(
        '"', repeat(choice($.escape, $.placeholder, token.immediate(prec(1, /[^"\\\n\r{}]+|\{\{|\}\}|[{}]/)))),
        token.immediate('"'),
      ),
    placeholder: (_) => token.immediate(prec(1, /\{[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\}/)),
    // `\u{...}` is a Unicode scalar value: up to 10FFFF, but for D800 to DFFF.
    escape: (_) =>
      token.immediate(
        new RegExp(
          '\\\\(["\\\\ntr]|u\\{(' +
            [
              `0{0,5}${hex}{1,3}`, `0{0,4}([0-9a-cefA-CEF]${hex}|[dD][0-7])${hex}{2}`, `0{0,3}[1-9a-fA-F]${hex}{4}`,
              `0{0,2}10${hex}{4}`,
            ].join('|') +
            ')\\})',
        ),
      ),

    regex: (_) => /\/([^\/\\\n\r]|\\[^\n\r])+\//,

    comment: (_) => token(seq('//', /[^\n\r]*/)),
  },
});
