// What a context-free grammar of Say cannot tell by itself: which words are names, and what depends on line ends. It keeps no
// state between tokens, so that a parse can begin again anywhere.

#include "tree_sitter/parser.h"

#include <string.h>

// In the order of `externals` in grammar.js.
enum Symbol {
  NAME,
  AGGREGATE_WORD,
  CALL,
  INDEX,
  OPTIONAL,
  FIELD_BREAK,
  LET_BREAK,
  NO_RANGE,
  WITH_CONFIDENCE,
  NUMBER_END,
  RECOVERING,
};

static const char *const RESERVED_WORDS[] = {
    "use",    "enum",  "type",   "model", "data", "param", "func",     "fit", "property", "forall", "exists",
    "for",    "let",   "assume", "check", "shrink", "from", "where",   "with", "as", "matching", "and",
    "or",     "not",   "implies", "in",   "contains", "if", "then",    "else", "true", "false", NULL,
};

// The reserved words that begin an expression, and the one that begins a `let`.
static const char *const OPENING_WORDS[] = {"let", "not", "if", "true", "false", "forall", "exists", NULL};

static const char *const AGGREGATE_WORDS[] = {
    "rate", "mean", "sum", "all", "any", "max", "min", "quantile", "count", "median", "variance", "std", NULL,
};

// Names that go on with the field before, unless a colon stands behind them.
static const char *const REFINING_WORDS[] = {"over", "at", NULL};

// No word above is longer, nor is "confidence".
enum { LONGEST_WORD = 10 };

static bool is_one_of(const char *const *words, const char *word) {
  for (; *words; words++) {
    if (strcmp(word, *words) == 0) return true;
  }
  return false;
}

static bool starts_word(int32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }
static bool ends_line(int32_t c) { return c == '\n' || c == '\r'; }
static bool is_blank(int32_t c) { return c == ' ' || c == '\t'; }

static void skip_blanks(TSLexer *lexer) {
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
}

static void skip_lines(TSLexer *lexer) {
  while (is_blank(lexer->lookahead) || ends_line(lexer->lookahead)) lexer->advance(lexer, true);
}

// What the next token begins with, past blanks and line ends; 0 at the end. A comment is `COMMENT`: once it is read, the scanner is asked
// again, so that many comments are not looked through many times. Nothing but a slash is read.
enum { COMMENT = -1 };

static int32_t look_ahead(TSLexer *lexer) {
  while (is_blank(lexer->lookahead) || ends_line(lexer->lookahead)) lexer->advance(lexer, false);
  if (lexer->lookahead != '/') return lexer->lookahead;
  lexer->advance(lexer, false);
  return lexer->lookahead == '/' ? COMMENT : '/';
}

// The same past comments, behind a word that is read but once.
static int32_t look_past_comments(TSLexer *lexer) {
  int32_t c;
  while ((c = look_ahead(lexer)) == COMMENT) {
    while (!lexer->eof(lexer) && !ends_line(lexer->lookahead)) lexer->advance(lexer, false);
  }
  return c;
}

// Reads a word, and keeps as much of it as tells it from those above.
static void read_word(TSLexer *lexer, char word[LONGEST_WORD + 2]) {
  int length = 0;
  while (starts_word(lexer->lookahead) || is_digit(lexer->lookahead)) {
    if (length <= LONGEST_WORD) word[length++] = (char)lexer->lookahead;
    lexer->advance(lexer, false);
  }
  word[length] = 0;
}

static bool make(TSLexer *lexer, enum Symbol symbol) {
  lexer->result_symbol = symbol;
  return true;
}

// The sign here, which stands on the line of the token before.
static bool scan_sign(TSLexer *lexer, enum Symbol symbol) {
  lexer->advance(lexer, false);
  lexer->mark_end(lexer);
  return make(lexer, symbol);
}

// An empty token at the end of a line, if the next line begins another field.
static bool scan_field_break(TSLexer *lexer) {
  char word[LONGEST_WORD + 2];
  lexer->mark_end(lexer);
  if (!starts_word(look_ahead(lexer))) return false;
  read_word(lexer, word);
  if (is_one_of(RESERVED_WORDS, word)) return false;
  if (is_one_of(REFINING_WORDS, word) && look_past_comments(lexer) != ':') return false;
  return make(lexer, FIELD_BREAK);
}

// An empty token at the end of a line, if the next line begins an expression or a `let`, and does not go on with this one.
static bool scan_let_break(TSLexer *lexer) {
  char word[LONGEST_WORD + 2];
  lexer->mark_end(lexer);
  int32_t c = look_ahead(lexer);
  if (starts_word(c)) {
    read_word(lexer, word);
    if (is_one_of(RESERVED_WORDS, word) && !is_one_of(OPENING_WORDS, word)) return false;
  } else if (!is_digit(c) && c != '"' && c != '(' && c != '[' && c != '{') {
    return false;
  }
  return make(lexer, LET_BREAK);
}

// An empty token, unless a range or `lines "..."` follows.
static bool scan_no_range(TSLexer *lexer) {
  char word[LONGEST_WORD + 2];
  lexer->mark_end(lexer);
  int32_t c = look_ahead(lexer);
  if (c == 0 || c == COMMENT || c == '[' || c == '{') return false;
  if (starts_word(c)) {
    read_word(lexer, word);
    if (strcmp(word, "lines") == 0 && look_past_comments(lexer) == '"') return false;
  }
  return make(lexer, NO_RANGE);
}

// An empty token directly behind a number, unless a letter, a digit or `_` follows.
static bool scan_number_end(TSLexer *lexer) {
  lexer->mark_end(lexer);
  return !starts_word(lexer->lookahead) && !is_digit(lexer->lookahead) && make(lexer, NUMBER_END);
}

static bool scan_word(TSLexer *lexer, const bool *valid) {
  char word[LONGEST_WORD + 2];
  read_word(lexer, word);
  lexer->mark_end(lexer);
  if (valid[WITH_CONFIDENCE] && strcmp(word, "with") == 0 && starts_word(look_past_comments(lexer))) {
    read_word(lexer, word);
    return strcmp(word, "confidence") == 0 && make(lexer, WITH_CONFIDENCE);
  }
  if (!valid[NAME] || is_one_of(RESERVED_WORDS, word)) return false;
  if (valid[AGGREGATE_WORD] && is_one_of(AGGREGATE_WORDS, word)) {
    while (is_blank(lexer->lookahead)) lexer->advance(lexer, false);
    if (lexer->lookahead == '(') return make(lexer, AGGREGATE_WORD);
  }
  return make(lexer, NAME);
}

bool tree_sitter_say_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  if (!valid[RECOVERING]) {
    if (valid[NUMBER_END]) return scan_number_end(lexer);
    if (valid[NO_RANGE]) return scan_no_range(lexer);
    skip_blanks(lexer);
    if (valid[CALL] && lexer->lookahead == '(') return scan_sign(lexer, CALL);
    if (valid[INDEX] && lexer->lookahead == '[') return scan_sign(lexer, INDEX);
    if (valid[OPTIONAL] && lexer->lookahead == '?') return scan_sign(lexer, OPTIONAL);
    if (ends_line(lexer->lookahead)) {
      if (valid[FIELD_BREAK]) return scan_field_break(lexer);
      if (valid[LET_BREAK]) return scan_let_break(lexer);
    }
  }
  skip_lines(lexer);
  return starts_word(lexer->lookahead) && (valid[NAME] || valid[WITH_CONFIDENCE]) && scan_word(lexer, valid);
}

void *tree_sitter_say_external_scanner_create(void) { return NULL; }
void tree_sitter_say_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_say_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}
void tree_sitter_say_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}
