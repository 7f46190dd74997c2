/// A command as it stands in a spec, split into words the way a shell does, but with nothing behind it: no variables, no
/// patterns, no pipes.
///
/// Words stand between blanks. `'...'` and `"..."` keep blanks in a word; `\` takes the next character as it is, but not
/// between `'`.
package struct CommandWords: Sendable, Hashable {
    package let words: [String]

    /// Throws where a quote is not closed, or there is no word.
    package init(_ text: String) throws(BoxError) {
        var (words, word, quote, isEscaped): ([String], String?, Character?, Bool) = ([], nil, nil, false)
        for character in text {
            if isEscaped {
                word = (word ?? "") + [character]
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if quote == nil, character.isWhitespace {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + [character]
            }
        }
        if let word { words.append(word) }
        guard quote == nil, !isEscaped else {
            throw BoxError(.unfit, "the command `\(text)` ends in the middle of a word")
        }
        guard let first = words.first, !first.isEmpty, !text.contains("\0") else {
            throw BoxError(.unfit, "the command has no words")
        }
        self.words = words
    }
}
