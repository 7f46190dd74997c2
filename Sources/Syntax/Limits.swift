/// What a spec may not exceed, so that no file makes a later stage run out of memory or stack.
package enum Limits {
    /// Bytes of one file.
    package static let bytes = 1 << 24
    /// Tokens of one file: a tree takes up to 100 bytes for each.
    package static let tokens = 1 << 19
    /// Brackets and prefixes inside one another.
    package static let nesting = 128
    /// Height of one expression's tree: 1 + 1 + ... + 1 with a thousand signs is a thousand high. `DeepStack` has room for it.
    package static let height = 5000
    /// Characters of one number.
    package static let digits = 400
    /// Diagnostics of one file; the rest is counted, not kept.
    package static let diagnostics = 1000
}
